import type { Condition, Matcher, PolicyDocument, PolicyText, PrincipalMatcher, Statement } from '../../model/policy';
import { canonical } from '../match/symbolic';

/** Past so many a document is compared statement by statement. */
const MOST_ATOMS = 20_000;

/**
 * A document as the set of what it says: one effect, action, resource and principal each, by a text that is the same
 * wherever the meaning is the same for how it is written. Order, repetition, `Sid`, lists of one, how statements are
 * divided, the case of actions and an account written as its number make no difference.
 */
export function atomsOf(document: PolicyDocument): ReadonlyMap<string, Statement> {
  const atoms = new Map<string, Statement>();
  const sizes = document.statements.map(sizeOf).reduce((sum, each) => sum + each, 0);
  for (const statement of document.statements) {
    for (const each of sizes > MOST_ATOMS ? [statement] : dividedOf(statement)) atoms.set(said(each), each);
  }
  return atoms;
}

function sizeOf({ actions, resources, principals }: Statement): number {
  return [actions.patterns, resources?.patterns ?? [1], principals?.entries ?? [1]].reduce(
    (product, each) => product * Math.max(1, each.length),
    1,
  );
}

/** What is said by exclusion cannot be divided. */
function dividedOf(statement: Statement): readonly Statement[] {
  const { actions, resources, principals } = statement;
  const byAction = matchers(actions).map((each): Statement => ({ ...statement, actions: each }));
  const byResource =
    resources === undefined
      ? byAction
      : byAction.flatMap((each) => matchers(resources).map((one): Statement => ({ ...each, resources: one })));
  if (principals === undefined || principals.negated) return byResource;
  return byResource.flatMap((each) =>
    principals.entries.map((entry): Statement => ({ ...each, principals: { negated: false, entries: [entry] } })),
  );
}

function matchers(matcher: Matcher): readonly Matcher[] {
  return matcher.negated ? [matcher] : matcher.patterns.map((each) => ({ negated: false, patterns: [each] }));
}

function said({ effect, actions, resources, principals, conditions, guards }: Statement): string {
  return JSON.stringify([
    effect,
    listed(actions, (each) => canonical(each).toLowerCase()),
    resources === undefined ? null : listed(resources, canonical),
    principals === undefined ? null : named(principals),
    [...new Set(conditions.map(asked))].sort(),
    guards,
  ]);
}

function listed({ negated, patterns }: Matcher, form: (each: PolicyText) => string): unknown {
  return [negated, [...new Set(patterns.map(form))].sort()];
}

/** `"*"` and `{ "AWS": "*" }` are the same in a policy on a resource. */
function named({ negated, entries }: PrincipalMatcher): unknown {
  const forms = entries.map(({ kind, value }) => {
    const form = canonical(value);
    if (form === '*' && (kind === '*' || kind === 'AWS')) return '*';
    return `${kind} ${/^\d{12}$/.test(form) ? `account ${form}` : form.replace(/^arn:[^:]+:iam::(\d{12}):root$/, 'account $1')}`;
  });
  return [negated, [...new Set(forms)].sort()];
}

function asked({ operator, ifExists, qualifier, key, values }: Condition): string {
  return JSON.stringify([
    operator.toLowerCase(),
    ifExists,
    qualifier ?? '',
    key,
    [...new Set(values.map(canonical))].sort(),
  ]);
}
