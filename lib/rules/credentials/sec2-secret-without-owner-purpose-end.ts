import { alternatives, elements, member } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { isAbsent } from '../../model/value';
import { COMPARTMENT_TAG, EXPIRES_ON_TAG, OWNER_TAG, PURPOSE_TAG } from '../../model/tags';
import type { Value } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { example } from '../support/examples';
import { isOpen, mayBeAnything, unknownsOf } from '../support/property';

/** By what a secret says it; the plain names are those that teams use on secrets of their own. */
const TAGS = {
  owner: [OWNER_TAG, 'owner'],
  purpose: [PURPOSE_TAG, 'purpose'],
  expiresOn: [EXPIRES_ON_TAG, 'expires-on', 'expiresOn'],
} as const;
type Part = keyof typeof TAGS;
const PARTS = Object.keys(TAGS) as Part[];

const secret = (tags: Readonly<Record<string, string>>) =>
  example('AWS::SecretsManager::Secret', {
    GenerateSecretString: {},
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  });

/** Whether the end has come is not asked: the verdict on a template must be the same tomorrow. */
export const sec2: Rule = {
  id: 'SEC2',
  title: 'A secret has no owner, purpose or end',
  severity: 'error',
  why: 'A secret that nobody answers for is never reviewed, and one without an end is never removed: nobody dares. "Who has the keys, and why?" must have an instant answer.',
  fix: 'Tag the secret with `cdk-bulkhead:owner`, `cdk-bulkhead:purpose` and `cdk-bulkhead:expires-on` (a date such as 2027-06-30; `owner`, `purpose` and `expires-on` do as well), or use `OpaqueToken`, which asks for them.',
  page: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/managing-secrets_tagging.html',
  controls: ['NIST 800-53 r5 IA-5', 'NIST 800-53 r5 CM-8', 'NIST 800-53 r5 AC-2'],
  types: ['AWS::SecretsManager::Secret'],
  check(resource) {
    const { missing, unknowns } = judgeParts(resource);
    if (missing.length === 0) return lostTags(resource, unknowns);
    const message = `found no ${missing.join(', ')}; expected the tags ${PARTS.map((part) => TAGS[part][0]).join(', ')}, the last a date such as 2027-06-30`;
    const violation: Violation = unknowns.length === 0 ? { message } : { message, certainty: 'possible', unknowns };
    return [violation];
  },
  examples: {
    bad: secret({ [OWNER_TAG]: 'partners', [PURPOSE_TAG]: 'webhook signing' }),
    good: secret({ [OWNER_TAG]: 'partners', [PURPOSE_TAG]: 'webhook signing', [EXPIRES_ON_TAG]: '2027-06-30' }),
  },
};

function judgeParts({ intent, properties }: Resource): { missing: readonly Part[]; unknowns: readonly string[] } {
  const tags = elements(properties['Tags']);
  const unread = tags.flatMap((tag) => [tag, member(tag, 'Key')].filter(mayBeAnything).flatMap(unknownsOf));
  const missing = PARTS.filter((part) => {
    const declared = intent?.kind === 'credential' ? intent[part] : undefined;
    if (isGiven(part, declared)) return false;
    const names: readonly string[] = TAGS[part];
    return !tags.some(
      (tag) =>
        names.some((name) => name === member(tag, 'Key')) &&
        alternatives(member(tag, 'Value')).every((value) => isOpen(value) || isGiven(part, value)),
    );
  });
  return { missing, unknowns: [...new Set(unread)] };
}

function isGiven(part: Part, value: Value | undefined): boolean {
  if (isAbsent(value) || typeof value !== 'string') return false;
  return part === 'expiresOn' ? isDate(value) : value.trim() !== '';
}

/** A day of the calendar: `2027-02-30` is read as one of March. */
function isDate(value: string): boolean {
  const day = value.slice(0, 10);
  const time = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(day) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}

/**
 * What was declared has to be on the secret itself, as it was declared: whoever looks at the account sees the tags, and
 * the boundaries of the readers ask for the compartment.
 */
function lostTags({ intent, properties }: Resource, unread: readonly string[]): readonly Violation[] {
  if (intent?.kind !== 'credential') return [];
  const tags = new Map(elements(properties['Tags']).map((tag) => [member(tag, 'Key'), member(tag, 'Value')]));
  const expected = { [OWNER_TAG]: intent.owner, [PURPOSE_TAG]: intent.purpose, [EXPIRES_ON_TAG]: intent.expiresOn };
  const lost = Object.entries(expected).filter(([key, value]) => {
    const found = tags.get(key);
    return found !== value && !(found !== undefined && isOpen(found));
  });
  const names = [...lost.map(([key]) => key), ...(tags.has(COMPARTMENT_TAG) ? [] : [COMPARTMENT_TAG])];
  if (names.length === 0) return [];
  const message = `found no tag ${names.map((name) => `\`${name}\``).join(', ')} as declared; expected the tags that \`${intent.path}\` was declared with`;
  return [unread.length === 0 ? { message } : { message, certainty: 'possible', unknowns: unread }];
}
