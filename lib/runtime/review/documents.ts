import { parsePolicy } from '../../engine/parse/policy-document';
import { policyChanges } from '../../engine/changes/policy-change';
import type { PolicyChange } from '../../engine/changes/policy-change';
import type { PolicyHolder } from '../../engine/changes/lone-world';
import { show } from '../../model/read';
import type { PolicyDocument, PolicyText, Statement } from '../../model/policy';
import type { SourcedPolicy } from '../../engine/world/world';
import type { Difference } from './drift';
import { unknownDifference } from './drift';

export const NO_POLICY: PolicyDocument = { statements: [], unknowns: [] };

/**
 * A policy as a service gives it: JSON, percent-encoded by IAM, with its quotes escaped by API Gateway. What is none of
 * these is a document with an unknown.
 */
export function readDocument(text: unknown): PolicyDocument {
  if (text === undefined || text === null || text === '') return NO_POLICY;
  if (typeof text !== 'string') return parsePolicy(text as never);
  const written = [() => text, () => decodeURIComponent(text), () => String(JSON.parse(`"${text}"`))];
  for (const each of written) {
    try {
      const value: unknown = JSON.parse(each());
      if (typeof value === 'object' && value !== null) return parsePolicy(value as never);
    } catch {
      // It is written in another way.
    }
  }
  return parsePolicy(text);
}

/** Several policies of one principal or resource as one. */
export function together(policies: readonly Pick<SourcedPolicy, 'document'>[]): PolicyDocument {
  return {
    statements: policies.flatMap(({ document }) => document.statements),
    unknowns: policies.flatMap(({ document }) => document.unknowns),
  };
}

/** The differences between a policy that was declared and the one that is there. */
export function policyDifferences(
  aspect: string,
  declared: PolicyDocument,
  found: PolicyDocument,
  holder: PolicyHolder,
): readonly Difference[] {
  const gone = idsIn(found).filter((id) => !idsIn(declared).includes(id));
  const ids = gone.map(
    (id): Difference => ({
      aspect: `${aspect} ${id}`,
      sort: 'changed',
      severity: 'MEDIUM',
      what: `names ${id}, the unique id of a principal that is gone: whoever has its name now is not meant`,
    }),
  );
  const changes = policyChanges(declared, gone.length === 0 ? found : without(found, gone), holder);
  const open = openIn(declared);
  const isOpen = open !== undefined && changes.some(({ certain }) => !certain);
  // Two directions are one difference of one policy, the worse first.
  if (isOpen) return [...ids, unknownDifference(aspect, `${open} is not known`)];
  return [...ids, ...changes.map((each) => ({ ...differenceOf(each), aspect: aspectOf(aspect, each) }))];
}

function aspectOf(aspect: string, { sort }: PolicyChange): string {
  return sort === 'narrowed' ? `${aspect}, narrower` : aspect;
}

function differenceOf({ sort, certain, example }: PolicyChange): Omit<Difference, 'aspect'> {
  if (sort === 'changed') {
    return {
      sort,
      severity: 'MEDIUM',
      what: 'says something else than was declared; no request was found that it decides otherwise',
    };
  }
  const request = example === undefined ? '' : `: ${requestText(example)}`;
  const verb = certain ? 'allows' : 'may allow';
  return {
    sort,
    severity: sort === 'narrowed' ? 'LOW' : certain ? 'HIGH' : 'MEDIUM',
    what: `${verb} ${sort === 'widened' ? 'more' : 'less'} than was declared${request}`,
    ...(example === undefined ? {} : { example }),
  };
}

function requestText({ principal, action, resource, context }: NonNullable<PolicyChange['example']>): string {
  const keys = Object.entries(context).map(([key, value]) => `${key}=${value}`);
  const who = principal === undefined ? '' : ` by ${principal}`;
  return `${action} on ${resource}${who}${keys.length === 0 ? '' : ` with ${keys.join(', ')}`}`;
}

const UNIQUE_ID = /^A(?:RO|ID)A[A-Z0-9]{12,}$/;

function idsIn({ statements }: PolicyDocument): readonly string[] {
  const ids = statements.flatMap(({ principals }) =>
    (principals?.entries ?? []).flatMap(({ value }) =>
      typeof value === 'string' && UNIQUE_ID.test(value) ? [value] : [],
    ),
  );
  return [...new Set(ids)];
}

function without(document: PolicyDocument, ids: readonly string[]): PolicyDocument {
  const statements = document.statements.flatMap((statement): readonly Statement[] => {
    const { principals } = statement;
    if (principals === undefined) return [statement];
    const entries = principals.entries.filter(({ value }) => !ids.includes(value as string));
    return entries.length === 0 ? [] : [{ ...statement, principals: { ...principals, entries } }];
  });
  return { ...document, statements };
}

/** What of a document is not known, in words. */
function openIn({ statements, unknowns }: PolicyDocument): string | undefined {
  const [first] = unknowns;
  if (first !== undefined) return first.detail;
  const texts = statements.flatMap(({ actions, resources, principals, conditions }): readonly PolicyText[] => [
    ...actions.patterns,
    ...(resources?.patterns ?? []),
    ...(principals?.entries ?? []).map(({ value }) => value),
    ...conditions.flatMap(({ values }) => values),
  ]);
  const open = texts.find((each) => typeof each !== 'string');
  return open === undefined ? undefined : show(open);
}
