import type { PolicyText, PrincipalMatcher, Statement } from '../../model/policy';
import { show, soleHole } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isText, isUnknown } from '../../model/value';
import { resourcesNamed } from './lookup';

export type PrincipalEntry = PrincipalMatcher['entries'][number];

/** Whose principal it is, seen from the account of the template that names it. */
export type Home = 'own' | 'foreign' | 'unknown';

const ACCOUNT = /^\d{12}$/;
const OWN_ACCOUNT = 'AWS::AccountId';

/** Everyone: `"*"`, `{ "AWS": "*" }`, and any other kind with a bare `*`. */
export function isAnyone({ value }: PrincipalEntry): boolean {
  return value === '*';
}

/** Principals of an Allow; those of NotPrincipal are everybody else, which IAM3 reports. */
export function principalsOf({ principals }: Statement): readonly PrincipalEntry[] {
  return principals === undefined || principals.negated ? [] : principals.entries;
}

/** `Service::lambda.amazonaws.com`, for messages and details. */
export function showPrincipal({ kind, value }: PrincipalEntry): string {
  return kind === '*' ? show(value) : `${kind}::${show(value)}`;
}

/** The role or user of the snapshot that a value names, be it by a reference or by its ARN. */
export function principalNamed(value: PolicyText, at: Resource, snapshot: Snapshot): Resource | undefined {
  const [found, ...others] = ['AWS::IAM::Role', 'AWS::IAM::User'].flatMap((type) =>
    resourcesNamed(value, type, at, snapshot),
  );
  return others.length === 0 ? found : undefined;
}

/** In which account an AWS principal lives: compared by number, by pseudo parameter, or by the stack of its resource. */
export function homeOf(value: PolicyText, at: Resource, snapshot: Snapshot): Home {
  const { account } = at.template;
  const named = principalNamed(value, at, snapshot);
  if (named !== undefined) {
    if (named.template === at.template) return 'own';
    const other = named.template.account;
    return other === undefined || account === undefined || other === account ? 'own' : 'foreign';
  }
  const part = accountPart(value);
  if (part === undefined) return 'unknown';
  if (part === OWN_ACCOUNT || part === account) return 'own';
  return ACCOUNT.test(part) ? 'foreign' : 'unknown';
}

/** The account of an ARN: its number, `AWS::AccountId` for the own one, or what stands there instead. */
export function accountPart(value: PolicyText): string | undefined {
  if (isUnknown(value)) return undefined;
  if (typeof value === 'string') return ACCOUNT.test(value) ? value : value.split(':')[4];
  if (!isText(value)) return undefined;
  const sole = soleHole(value);
  if (sole !== undefined) return sole.shape === 'account' ? sole.source : undefined;
  let colons = 0;
  let found = '';
  for (const part of value.parts) {
    if (typeof part === 'object') {
      // Colons may hide in the hole: what follows it cannot be counted.
      if (part.shape === 'any' || part.shape === 'physical-id') return undefined;
      if (colons === 4) found += part.source;
      continue;
    }
    for (const character of part) {
      if (character === ':') colons += 1;
      else if (colons === 4) found += character;
    }
  }
  return colons < 5 ? undefined : found;
}
