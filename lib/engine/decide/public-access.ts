import type { Condition, PolicyDocument, PrincipalMatcher, Statement } from '../../model/policy';
import { unknown } from '../../model/value';
import { anyOf, isExact } from '../match/symbolic';
import type { Tri } from '../match/symbolic';
import type { ResourcePolicy, SourcedPolicy } from '../world/world';
import type { Caller } from './caller';
import type { Term } from './term';

/** What is left of the Allows on a bucket for a caller who is not of its account. */
export type Abroad = (terms: readonly Term[], kind: Caller['kind']) => readonly Term[];

const known = new WeakMap<ResourcePolicy, { readonly abroad: Abroad }>();

/**
 * Of a bucket with ACLs or with a block of public access. Where the policy of a bucket that restricts is public,
 * nobody of another account comes in by it, and nobody without credentials, whichever statement names them; services
 * do, and so does the own account. Where only `BlockPublicPolicy` is on, S3 refuses a public policy, but keeps one that
 * was there before: possible.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export function abroadOf(resource: ResourcePolicy): { readonly abroad?: Abroad } {
  if (resource.publicAccessBlock === undefined && !resource.policies.some(({ acl }) => acl !== undefined)) return {};
  let found = known.get(resource);
  if (found === undefined) known.set(resource, (found = { abroad: restrictionOf(resource) }));
  return found;
}

function restrictionOf({ policies, publicAccessBlock: block }: ResourcePolicy): Abroad {
  const restricts = block?.restrictsBucket ?? 'no';
  const blocks = block?.blocksPolicy ?? 'no';
  const clouded = policies.some(({ document }) => isClouded(document));
  const whole = anyOf(policies.flatMap(publicOf));
  const cut = ({ statement, policy }: Term): Tri => {
    if (restricts === 'no' && blocks === 'no') return 'no';
    const own = statement === undefined || policy?.acl !== undefined ? 'no' : isPublic(statement);
    const isPublicPolicy = anyOf([own, whole]);
    if (isPublicPolicy === 'no') return 'no';
    const isSure = restricts === 'yes' && isPublicPolicy === 'yes' && !clouded && policy?.acl === undefined;
    return isSure ? 'yes' : 'maybe';
  };
  return (terms, kind) => {
    const unsigned = kind === 'anonymous' || kind === 'federated';
    const left = unsigned ? terms.filter(({ policy }) => policy?.acl !== 'signed') : terms;
    if (kind === 'service') return left;
    return left.flatMap((term) => {
      const tri = cut(term);
      // What a token of an identity provider stands for is in no template.
      if (tri === 'yes' && kind !== 'federated') return [];
      return tri === 'no' ? [term] : [{ ...term, sure: false, unknown: term.unknown ?? RESTRICTED }];
    });
  };
}

const RESTRICTED = unknown('attribute', 'whether the policy is public for S3, which the bucket blocks');

/** Of the statements that are there for sure, and of those that may be. */
function publicOf({ document, acl }: SourcedPolicy): readonly Tri[] {
  if (acl !== undefined) return [];
  return [
    ...document.statements.map((each): Tri => {
      const found = isPublic(each);
      return found === 'yes' && each.guards.length > 0 ? 'maybe' : found;
    }),
    ...document.unknowns.map((): Tri => 'maybe'),
  ];
}

/**
 * Whether a statement makes the policy public. It does so surely where it names everyone without a condition; surely
 * not where it names fixed principals only, or asks for a fixed value of a key that S3 looks at.
 */
function isPublic({ effect, principals, conditions }: Statement): Tri {
  if (effect === 'Deny') return 'no';
  if (principals === undefined || principals.negated) return 'maybe';
  if (isFixed(principals) || conditions.some(fixes)) return 'no';
  return conditions.length === 0 && principals.entries.some(({ kind, value }) => value === '*' && EVERYONE.has(kind))
    ? 'yes'
    : 'maybe';
}

const EVERYONE: ReadonlySet<string> = new Set(['*', 'AWS']);

function isFixed({ entries }: PrincipalMatcher): boolean {
  return entries.length > 0 && entries.every(({ value }) => value !== '*' && isExact(value));
}

const FIXING: ReadonlySet<string> = new Set([
  'aws:principalorgid',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
]);

function fixes({ operator, ifExists, qualifier, key, values }: Condition): boolean {
  if (ifExists || qualifier !== undefined || !FIXING.has(key)) return false;
  const compares = /^(?:StringEquals|StringLike|ArnEquals|ArnLike)$/i.test(operator);
  return compares && values.length > 0 && values.every((each) => typeof each === 'string' && !/[*?$]/.test(each));
}

/** Whether a Deny may take from the policy what makes it public; one of requests without TLS does not. */
function isClouded({ statements, unknowns }: PolicyDocument): boolean {
  return (
    unknowns.length > 0 ||
    statements.some(({ effect, conditions }) => effect === 'Deny' && !conditions.some(({ key }) => TRANSPORT.has(key)))
  );
}

const TRANSPORT: ReadonlySet<string> = new Set(['aws:securetransport', 's3:tlsversion']);
