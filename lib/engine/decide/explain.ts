import type { PolicyText } from '../../model/policy';
import { isKeyOfOthers } from '../actions/condition-keys';
import { show } from '../../model/read';
import { isText, isUnknown, unknown } from '../../model/value';
import type { Unknown } from '../../model/value';
import { contextOf } from './context-of';
import type { Decision, Evidence, Requirement, WitnessRequest } from './decision';
import { isGivenKey } from './given-keys';
import type { Answer } from './literal';
import { isNoGlobalKey, nobodys } from './nobodys-keys';
import { isRegionKey } from './requested-region';
import type { Term } from './term';

/** A decision that finds its reasons when they are asked for. */
export class ExplainedDecision implements Decision {
  readonly may: boolean;
  readonly must: boolean;
  readonly unconditional: boolean;

  constructor(private readonly answer: Answer) {
    this.may = answer.verdict.may;
    this.must = answer.verdict.must;
    this.unconditional = answer.verdict.unconditional;
  }

  get denied(): Decision['denied'] {
    if (this.may) return undefined;
    const { explicit, missing } = this.answer.verdict;
    return explicit === undefined
      ? { by: 'implicit', layer: missing ?? 'identity' }
      : { by: 'explicit', layer: explicit.layer };
  }

  get allows(): readonly Evidence[] {
    return this.answer.verdict.allows.flatMap(evidence);
  }

  get denies(): readonly Evidence[] {
    const { explicit, denies } = this.answer.verdict;
    const first = explicit === undefined ? [] : [explicit];
    return [...first, ...denies.filter((each) => each !== explicit)].flatMap(evidence);
  }

  get conditions(): readonly Requirement[] {
    if (!this.may) return [];
    return [
      ...this.answer.verdict.allows.flatMap((term) => requirements(term, 'holds')),
      ...this.answer.verdict.denies.flatMap((term) => requirements(term, 'fails')),
    ];
  }

  get unknowns(): readonly Unknown[] {
    if (!this.may || this.must) return [];
    const { verdict, openTerms } = this.answer;
    const found = [...openTerms, ...verdict.allows, ...verdict.denies].filter((term) => !term.sure).flatMap(reasons);
    const unique = [...new Map(found.map((each) => [`${each.cause} ${each.detail}`, each])).values()];
    if (unique.length > 0) return unique;
    // Without a request there was a pattern, of which none was found that is allowed for sure.
    const { action } = this.answer;
    const missing = action === undefined ? [] : verdict.allows.flatMap((term) => keysOfOthers(term, action));
    if (missing.length > 0) return missing;
    const given = [...verdict.allows, ...verdict.denies].flatMap((term) => keysOfNobody(term, action ?? ''));
    if (given.length > 0) return [...new Map(given.map((each) => [each.detail, each])).values()];
    return [action === undefined ? NO_REQUEST : unknown('attribute', 'whether the conditions can hold together')];
  }

  get witness(): WitnessRequest | undefined {
    const { action, resource, verdict } = this.answer;
    if (!this.must || action === undefined || resource === undefined) return undefined;
    return { action, resource, context: contextOf(verdict.values) };
  }
}

const NO_REQUEST = unknown(
  'budget',
  'which request of the pattern it is: none was found that AWS knows and surely allows',
);

function evidence({ statement, policy, layer, sure, open }: Term): readonly Evidence[] {
  if (statement === undefined || policy === undefined) return [];
  return [{ layer, policy, statement, certainty: sure && open.length === 0 ? 'certain' : 'possible' }];
}

function requirements({ statement, open }: Term, wanted: Requirement['wanted']): readonly Requirement[] {
  if (statement === undefined) return [];
  return open.map(({ key, operator, qualifier, ifExists, values }) => ({
    key,
    operator: `${qualifier === undefined ? '' : `${qualifier}:`}${operator}${ifExists ? 'IfExists' : ''}`,
    values,
    wanted,
    statement,
  }));
}

/** Keys without which it is not allowed, and which AWS lists for other actions only. */
function keysOfOthers({ open }: Term, action: string): readonly Unknown[] {
  return [...new Set(open.map(({ key }) => key))]
    .filter((key) => isKeyOfOthers(action.toLowerCase(), key))
    .map((key) => unknown('attribute', `whether such a request can have ${key}: AWS lists it for other actions only`));
}

/** Keys on which it depends and which nobody chooses. */
function keysOfNobody({ open }: Term, action: string): readonly Unknown[] {
  return open
    .filter(({ key }) => isGivenKey(key) || isRegionKey(key) || nobodys(key, action.toLowerCase()) !== undefined)
    .map(({ key }) =>
      unknown(
        'attribute',
        isNoGlobalKey(key)
          ? `${key} of the request: no global key of AWS that is known has this name`
          : `${key} of the request, which nobody chooses`,
      ),
    );
}

/** Why it is not known whether a statement applies. */
function reasons({ unknown: cause, statement, policy, guards }: Term): readonly Unknown[] {
  if (cause !== undefined) return [cause];
  if (statement === undefined) return [];
  const texts: readonly PolicyText[] = [
    ...statement.actions.patterns,
    ...(statement.resources?.patterns ?? []),
    ...(statement.principals?.entries.map(({ value }) => value) ?? []),
    ...statement.conditions.flatMap(({ values }) => values),
  ];
  const found = texts.flatMap(unknownIn);
  const where = policy?.resource?.logicalId ?? policy?.place ?? 'a policy';
  const conditions = guards.map(({ condition }) =>
    unknown('parameter', `the condition ${condition.slice(condition.indexOf('#') + 1)}`),
  );
  const all = [...found, ...conditions];
  const name = statement.sid ?? String(statement.index);
  return all.length > 0 ? all : [unknown('attribute', `whether statement ${name} of ${where} is about this request`)];
}

function unknownIn(source: PolicyText): readonly Unknown[] {
  if (isUnknown(source)) return [source];
  if (!isText(source)) return [];
  return source.parts.flatMap((part) =>
    typeof part === 'object' && part.shape === 'any' ? [unknown(part.cause ?? 'parameter', show(source))] : [],
  );
}
