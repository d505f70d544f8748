import type {
  Condition,
  Guard,
  Matcher,
  PolicyText,
  PrincipalKind,
  PrincipalMatcher,
  Statement,
} from '../../model/policy';
import { isAbsent, isList, isMap, isText, isUnknown, unknown } from '../../model/value';
import type { MapValue, Unknown, Value } from '../../model/value';
import { parseOperator } from './operators';

/** A statement as far as it could be read. INVARIANT: no statement without at least one unknown. */
export interface ParsedStatement {
  readonly statement?: Statement;
  readonly unknowns: readonly Unknown[];
}

const KINDS: ReadonlySet<string> = new Set<PrincipalKind>(['AWS', 'Service', 'Federated', 'CanonicalUser']);

/**
 * Reads one statement, its choices made. A part that is not known but has its place, such as one action of several,
 * stays in the statement as an unknown pattern; a statement of which the effect or the shape is not known is given up
 * as a whole, since keeping half of it could grant or deny too much.
 */
export function parseStatement(source: MapValue, index: number, guards: readonly Guard[]): ParsedStatement {
  let problems: Unknown[] | undefined;
  const malformed = (detail: string): Unknown => {
    const found = unknown('malformed', `statement ${index}: ${detail}`);
    (problems ??= []).push(found);
    return found;
  };
  const { effect, sid, action, notAction, resource, notResource, principal, notPrincipal, condition } = partsOf(
    source,
    malformed,
  );
  if (action !== undefined && notAction !== undefined) malformed('both "Action" and "NotAction"');
  if (resource !== undefined && notResource !== undefined) malformed('both "Resource" and "NotResource"');
  if (principal !== undefined && notPrincipal !== undefined) malformed('both "Principal" and "NotPrincipal"');
  const actions = action ?? notAction;
  if (actions === undefined) malformed('neither "Action" nor "NotAction"');
  if (isUnknown(effect)) (problems ??= []).push(effect);
  else if (isText(effect)) (problems ??= []).push(unknown('parameter', `statement ${index}: its effect`));
  else if (effect !== 'Allow' && effect !== 'Deny') malformed('its effect is neither "Allow" nor "Deny"');
  if (problems !== undefined) return { unknowns: problems };

  const statement: Writable = {
    index,
    effect: effect as 'Allow' | 'Deny',
    actions: matcher(action, notAction, 'Action', malformed) as Matcher,
    conditions: NO_CONDITIONS,
    guards,
  };
  if (typeof sid === 'string') statement.sid = sid;
  const resources = matcher(resource, notResource, 'Resource', malformed);
  if (resources !== undefined) statement.resources = resources;
  const named = principal ?? notPrincipal;
  if (named !== undefined) statement.principals = principalsOf(named, notPrincipal !== undefined, malformed);
  if (condition !== undefined) statement.conditions = conditions(condition, malformed);
  return { statement, unknowns: problems ?? NO_UNKNOWNS };
}

type Writable = { -readonly [name in keyof Statement]: Statement[name] };

const NO_CONDITIONS: readonly Condition[] = [];
const NO_UNKNOWNS: readonly Unknown[] = [];

/** The elements of a statement by their names; those that are absent are not there. */
interface Parts {
  sid?: Value;
  effect?: Value;
  action?: Value;
  notAction?: Value;
  resource?: Value;
  notResource?: Value;
  principal?: Value;
  notPrincipal?: Value;
  condition?: Value;
}

/** One pass: a large application has hundreds of thousands of statements. */
function partsOf(source: MapValue, malformed: Malformed): Parts {
  const parts: Parts = {};
  for (const name of Object.keys(source)) {
    const value = source[name];
    const part = Object.hasOwn(ELEMENTS, name) ? ELEMENTS[name] : undefined;
    if (isAbsent(value)) continue;
    if (part === undefined) malformed(`unrecognised element "${name}"`);
    else parts[part] = value;
  }
  return parts;
}

const ELEMENTS: Readonly<Record<string, keyof Parts>> = {
  Sid: 'sid',
  Effect: 'effect',
  Action: 'action',
  NotAction: 'notAction',
  Resource: 'resource',
  NotResource: 'notResource',
  Principal: 'principal',
  NotPrincipal: 'notPrincipal',
  Condition: 'condition',
};

function matcher(
  value: Value | undefined,
  negated: Value | undefined,
  name: string,
  malformed: Malformed,
): Matcher | undefined {
  if (negated !== undefined) return { negated: true, patterns: texts(negated, name, malformed) };
  return value === undefined ? undefined : { negated: false, patterns: texts(value, name, malformed) };
}

type Malformed = (detail: string) => Unknown;

/** A string or a list of strings. */
function texts(value: Value, name: string, malformed: Malformed): readonly PolicyText[] {
  if (typeof value === 'string') return [value];
  const list = (isList(value) ? value : [value]).filter((each) => !isAbsent(each));
  if (list.length === 0) malformed(`"${name}" names nothing`);
  return list.map((each) => {
    if (typeof each === 'string' || isText(each) || isUnknown(each)) return each;
    return malformed(`"${name}" holds something that is no string`);
  });
}

function principalsOf(value: Value, negated: boolean, malformed: Malformed): PrincipalMatcher {
  const name = negated ? 'NotPrincipal' : 'Principal';
  if (value === '*' || isText(value) || isUnknown(value)) return { negated, entries: [{ kind: '*', value }] };
  if (!isMap(value)) {
    return { negated, entries: [{ kind: '*', value: malformed(`"${name}" is neither "*" nor a map`) }] };
  }
  const kinds = Object.keys(value).filter((kind) => !isAbsent(value[kind]));
  if (kinds.length === 0) malformed(`"${name}" names nobody`);
  const entries = kinds.flatMap((kind): PrincipalMatcher['entries'] => {
    if (!KINDS.has(kind)) return [{ kind: '*', value: malformed(`unrecognised kind of principal "${kind}"`) }];
    return texts(accountNumbers(value[kind]), `${name}.${kind}`, malformed).map((each) => ({
      kind: kind as PrincipalKind,
      value: each,
    }));
  });
  return { negated, entries };
}

/** YAML reads an account id without quotes as a number; CloudFormation passes it on as a string. */
function accountNumbers(value: Value): Value {
  if (isList(value)) return value.map(accountNumbers);
  return typeof value === 'number' ? String(value).padStart(12, '0') : value;
}

/** INVARIANT: an unreadable part gives a condition with an unknown value, so that nothing looks unconditional. */
function conditions(block: Value, malformed: Malformed): readonly Condition[] {
  if (isUnknown(block)) return [unknownCondition(block)];
  if (!isMap(block)) return [unknownCondition(malformed('"Condition" is no map'))];
  return Object.entries(block).flatMap(([name, keys]): readonly Condition[] => {
    const operator = parseOperator(name);
    if (isAbsent(keys)) return [];
    if (isUnknown(keys)) return [unknownCondition(keys)];
    if (!isMap(keys)) return [unknownCondition(malformed(`condition "${name}" is no map`))];
    return Object.entries(keys)
      .filter(([, value]) => !isAbsent(value))
      .map(([key, value]) => ({
        ...operator,
        key: key.toLowerCase(),
        values: conditionValues(value, name, malformed),
      }));
  });
}

/** Operator and key are empty where they are not known. */
function unknownCondition(value: Unknown): Condition {
  return { operator: '', ifExists: false, key: '', values: [value] };
}

function conditionValues(value: Value, name: string, malformed: Malformed): readonly PolicyText[] {
  return (isList(value) ? value : [value])
    .filter((each) => !isAbsent(each))
    .map((each) => {
      if (typeof each === 'boolean' || typeof each === 'number') return String(each);
      if (typeof each === 'string' || isText(each) || isUnknown(each)) return each;
      return malformed(`condition "${name}" holds a value that is no string`);
    });
}
