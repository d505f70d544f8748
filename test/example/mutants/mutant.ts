import { declared } from '../templates';
import type { CfnResource, Templates } from '../templates';

/** One way to widen the example, and what must refuse it. */
export interface Mutant {
  readonly what: string;
  /** The ids of which one at least must refuse it. */
  readonly refusedBy: readonly string[];
  /** Why nothing refuses it, where that is known and stands. */
  readonly survives?: string;
  readonly widen: (templates: Templates) => void;
  /** Where both environments are judged together. @default - production alone, which is quicker */
  readonly both?: true;
}

export const role = (t: Templates, path: string): CfnResource => t.one('AWS::IAM::Role', declared(path));

export const trust = (t: Templates, path: string): any[] => role(t, path).Properties.AssumeRolePolicyDocument.Statement;

/** The document of the permissions boundary of a role. */
export function boundary(t: Templates, path: string): any {
  const name = path.replace(/[^A-Za-z0-9]/g, '');
  const found = t.one('AWS::IAM::ManagedPolicy', ({ Properties: { Path } }) =>
    new RegExp(`/boundary/${name}[0-9A-F]{8}/$`).test(Path),
  );
  return found.Properties.PolicyDocument;
}

/** Grants on both layers, as `role.allow` does: in a policy of the role, and in its boundary. */
export function grant(t: Templates, path: string, ...statements: object[]): void {
  const document = { Version: '2012-10-17', Statement: statements.map((each) => ({ Effect: 'Allow', ...each })) };
  const { Properties } = role(t, path);
  Properties.Policies = [...(Properties.Policies ?? []), { PolicyName: 'More', PolicyDocument: document }];
  boundary(t, path).Statement.push(...structuredClone(document.Statement));
}

/** Takes the Denies out of a boundary. */
export function undeny(t: Templates, path: string): void {
  const document = boundary(t, path);
  document.Statement = document.Statement.filter(({ Effect }: { Effect: string }) => Effect !== 'Deny');
}

/** The policy that a construct wrote for a caller of the API: `Clerk`. */
export function callerPolicy(t: Templates, caller: string): any {
  return t.one('AWS::IAM::Policy', ({ Properties: { PolicyName } }) =>
    new RegExp(`^ApiCallerProdPeople${caller}[0-9A-F]{8}`).test(PolicyName),
  ).Properties;
}
