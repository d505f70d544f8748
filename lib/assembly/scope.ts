import type { Value } from '../model/value';
import type { RawMap } from './raw';
import { isRawMap, own, ownString, rawMap } from './raw';
import type { TemplateSource } from './template-source';
import { isRewritten } from './transforms';

/** A value that is computed once, with the resources that it names on the way. */
export interface Memo {
  readonly value: Value;
  readonly touched: ReadonlySet<string>;
}

/** One template while its values are resolved: its sections, its environment and what is already known. */
export class Scope {
  readonly name: string;
  readonly file: string;
  readonly account?: string;
  readonly region?: string;
  readonly stackName?: string;
  readonly parameters: RawMap;
  readonly conditions: RawMap;
  readonly mappings: RawMap;
  readonly resources: RawMap;
  readonly outputs: RawMap;
  /** Whether a macro or transform rewrites the template before it is deployed. */
  readonly transformed: boolean;
  /** The stack that has this template as a nested stack. */
  parent?: { readonly scope: Scope; readonly logicalId: string };
  /** Nested stacks at hand, by the logical id of their resource. */
  readonly nested = new Map<string, Scope>();
  /** Names of conditions that are one equality with a literal, by `source=literal`. */
  readonly namedEqualities: ReadonlyMap<string, string>;
  private readonly memos = new Map<string, Memo>();
  private readonly open = new Set<string>();

  constructor(
    source: TemplateSource,
    name: string,
    readonly world: World,
  ) {
    const body = rawMap(source.body);
    this.name = name;
    this.file = source.file;
    if (source.account !== undefined && /^\d{12}$/.test(source.account)) this.account = source.account;
    if (source.region !== undefined && /^[a-z]+(-[a-z]+)+-\d+$/.test(source.region)) this.region = source.region;
    if (source.stackName !== undefined) this.stackName = source.stackName;
    this.parameters = rawMap(own(body, 'Parameters'));
    this.conditions = rawMap(own(body, 'Conditions'));
    this.mappings = rawMap(own(body, 'Mappings'));
    this.resources = rawMap(own(body, 'Resources'));
    this.outputs = rawMap(own(body, 'Outputs'));
    this.transformed = isRewritten(body);
    this.namedEqualities = equalitiesOf(this.name, this.conditions);
  }

  /** `template#logicalId`. */
  key(logicalId: string): string {
    return `${this.name}#${logicalId}`;
  }

  /** The resource as in the template; `undefined` where there is none. */
  resource(logicalId: string): RawMap | undefined {
    const resource = own(this.resources, logicalId);
    return isRawMap(resource) ? resource : undefined;
  }

  /** Computes a value once. A value that needs itself is `whenCyclic`. */
  once(key: string, compute: () => Memo, whenCyclic: () => Value): Memo {
    const known = this.memos.get(key);
    if (known !== undefined) return known;
    if (this.open.has(key)) return { value: whenCyclic(), touched: new Set() };
    this.open.add(key);
    const memo = compute();
    this.open.delete(key);
    this.memos.set(key, memo);
    return memo;
  }
}

/** All the templates that are looked at together. */
export class World {
  readonly scopes: Scope[] = [];
  private unknowns = 0;

  /** A source that no other hole has; with why it is not known, for people to read. */
  readonly fresh = (why?: string): string => {
    this.unknowns += 1;
    const name = `unknown-${this.unknowns}`;
    // INVARIANT: no character in it has a meaning in a pattern or a source.
    return why === undefined ? name : `${name}, ${why.replaceAll(/[^\w ,.:()'-]/g, ' ').slice(0, 120)}`;
  };
}

/** Conditions of the form `Fn::Equals: [{ Ref: X }, literal]`, either way round. */
function equalitiesOf(template: string, conditions: RawMap): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, raw] of Object.entries(conditions)) {
    const sides = own(rawMap(raw), 'Fn::Equals');
    if (!Array.isArray(sides) || sides.length !== 2) continue;
    const [left, right] = isRawMap(sides[0]) ? sides : [sides[1], sides[0]];
    const ref = isRawMap(left) && Object.keys(left).length === 1 ? ownString(left, 'Ref') : undefined;
    if (ref === undefined || typeof right === 'object') continue;
    const equality = `${ref.startsWith('AWS::') ? ref : `${template}#${ref}`}=${String(right)}`;
    if (!found.has(equality)) found.set(equality, `${template}#${name}`);
  }
  return found;
}
