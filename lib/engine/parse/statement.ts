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

const ELEMENTS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);
const KINDS: ReadonlySet<string> = new Set<PrincipalKind>(['AWS', 'Service', 'Federated', 'CanonicalUser']);

/**
 * Reads one statement, its choices made. A part that is not known but has its place, such as one action of several,
 * stays in the statement as an unknown pattern; a statement of which the effect or the shape is not known is given up
 * as a whole, since keeping half of it could grant or deny too much.
 */
export function parseStatement(source: MapValue, index: number, guards: readonly Guard[]): ParsedStatement {
  const unknowns: Unknown[] = [];
  const malformed = (detail: string): Unknown => {
    const found = unknown('malformed', `statement ${index}: ${detail}`);
    unknowns.push(found);
    return found;
  };
  const present = Object.keys(source).filter((name) => !isAbsent(source[name]));
  const has = (name: string): boolean => present.includes(name);
  for (const name of present) if (!ELEMENTS.has(name)) malformed(`unrecognised element "${name}"`);
  for (const name of ['Action', 'Resource', 'Principal']) {
    if (has(name) && has(`Not${name}`)) malformed(`both "${name}" and "Not${name}"`);
  }
  if (!has('Action') && !has('NotAction')) malformed('neither "Action" nor "NotAction"');
  const effect = has('Effect') ? source.Effect : undefined;
  if (isUnknown(effect)) unknowns.push(effect);
  else if (isText(effect)) unknowns.push(unknown('parameter', `statement ${index}: its effect`));
  else if (effect !== 'Allow' && effect !== 'Deny') malformed('its effect is neither "Allow" nor "Deny"');
  if (unknowns.length > 0) return { unknowns };

  const matcher = (name: string): Matcher | undefined => {
    const negated = has(`Not${name}`);
    if (!negated && !has(name)) return undefined;
    const value = source[negated ? `Not${name}` : name];
    return { negated, patterns: texts(value, name, malformed) };
  };
  const resources = matcher('Resource');
  const principals =
    has('Principal') || has('NotPrincipal') ? principal(source, has('NotPrincipal'), malformed) : undefined;
  const statement: Statement = {
    index,
    ...(typeof source.Sid === 'string' ? { sid: source.Sid } : {}),
    effect: effect as 'Allow' | 'Deny',
    actions: matcher('Action') as Matcher,
    ...(resources === undefined ? {} : { resources }),
    ...(principals === undefined ? {} : { principals }),
    conditions: has('Condition') ? conditions(source.Condition, malformed) : [],
    guards,
  };
  return { statement, unknowns };
}

type Malformed = (detail: string) => Unknown;

/** A string or a list of strings. */
function texts(value: Value, name: string, malformed: Malformed): readonly PolicyText[] {
  const list = (isList(value) ? value : [value]).filter((each) => !isAbsent(each));
  if (list.length === 0) malformed(`"${name}" names nothing`);
  return list.map((each) => {
    if (typeof each === 'string' || isText(each) || isUnknown(each)) return each;
    return malformed(`"${name}" holds something that is no string`);
  });
}

function principal(source: MapValue, negated: boolean, malformed: Malformed): PrincipalMatcher {
  const name = negated ? 'NotPrincipal' : 'Principal';
  const value = source[name];
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
