import { Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';

/** Who may assume a role, and what each way in requires, as literal texts for the template's Metadata. */
export interface DeclaredTrust {
  /** `service lambda.amazonaws.com`, `account 111122223333`, `own account`, `identity provider`, `not known`. Sorted. */
  readonly trusts: string[];
  /** `sts:externalid=orders-7d1f`; the key alone where the value is known only at deployment. Sorted. */
  readonly requires: string[];
}

interface TrustStatement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Principal?: Readonly<Record<string, unknown>> | string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Operators that keep out who does not match. */
const POSITIVE = /^(?:StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike|Bool|IpAddress|Numeric\w+)$/;

/**
 * What the trust policy of a role says when the role is made: what is put into it later is compared with this.
 * What only some statements require is not required: each of them is a way in.
 */
export function declaredTrust(role: iam.Role): DeclaredTrust {
  const stack = Stack.of(role);
  const { Statement: statements = [] } = (stack.resolve(role.assumeRolePolicy?.toJSON()) ?? {}) as {
    Statement?: readonly TrustStatement[];
  };
  const assuming = statements.filter(
    ({ Effect, Action }) =>
      Effect === 'Allow' && list(Action).some((each) => String(each).startsWith('sts:AssumeRole')),
  );
  const required = assuming.map(requirementsOf);
  const keys = [...(required[0]?.keys() ?? [])].filter((key) => required.every((each) => each.has(key)));
  return {
    trusts: inOrder(assuming.flatMap(({ Principal }) => trusted(Principal, stack.account))),
    requires: inOrder(keys.flatMap((key) => required.flatMap((each) => written(key, each.get(key) ?? [])))),
  };
}

function trusted(principal: TrustStatement['Principal'], own: string): readonly string[] {
  if (typeof principal !== 'object') return ['not known'];
  return Object.entries(principal).flatMap(([kind, values]) =>
    list(values).map((value) => {
      if (kind === 'Federated') return 'identity provider';
      if (kind === 'Service') return typeof value === 'string' ? `service ${value}` : 'not known';
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      const account = /^\d{12}$/.test(text) ? text : /:iam::(\d{12}):/.exec(text)?.[1];
      if (account === own || /"Ref":"AWS::AccountId"/.test(text)) return 'own account';
      return account === undefined ? 'not known' : `account ${account}`;
    }),
  );
}

function requirementsOf({ Condition = {} }: TrustStatement): ReadonlyMap<string, readonly unknown[]> {
  const positive = Object.entries(Condition).filter(([operator]) => POSITIVE.test(operator));
  return new Map(
    positive.flatMap(([, keys]) =>
      Object.entries(keys).map(([key, values]) => [key.toLowerCase(), list(values)] as const),
    ),
  );
}

function written(key: string, values: readonly unknown[]): readonly string[] {
  const isKnown = values.every((each) => typeof each !== 'object');
  return isKnown ? values.map((each) => `${key}=${String(each)}`) : [key];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function inOrder(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
