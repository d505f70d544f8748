import type { PolicyText, Statement } from '../../model/policy';
import type { Resource } from '../../model/snapshot';
import { isAbsent, isUnknown } from '../../model/value';
import type { Absent } from '../../model/value';
import { hasVariables } from '../conditions/variables';
import { resourceTagIn } from '../decide/facts';
import type { Decision } from '../decide/decision';
import { canonical } from '../match/symbolic';
import type { Principal, SourcedPolicy, World } from '../world/world';
import type { Technique } from './technique';
import { TAGS } from './techniques/tags';

/** A tag that must be written, or taken away, before a permission is one. */
export interface TagNeed {
  readonly resource: Resource;
  readonly arn: PolicyText;
  /** In lower case, as condition keys have it. */
  readonly name: string;
  /** Absent: the tag must go. `undefined`: it is not known which value would do. */
  readonly value?: PolicyText | Absent;
  /** Set where it does as well that the tag is taken away: a Deny on a value of it is lifted either way. */
  readonly orGone?: true;
  /** Set where it is the tag that the template gives, which must stay. */
  readonly isGiven?: true;
}

const PRINCIPAL_TAG = /^aws:principaltag\/(.*)$/;
const VARIABLE = /\$\{\s*([^,{}]+?)\s*(?:,[^{}]*)?\}/g;

/** The condition keys that are tags of the principal or the resource, in conditions and in policy variables. */
interface TagKeys {
  readonly principal: readonly string[];
  readonly resource: readonly string[];
  /** Tags of the principal in policy variables. */
  readonly variables: readonly string[];
}

const NONE: TagKeys = { principal: [], resource: [], variables: [] };
const read = new WeakMap<Statement, TagKeys>();

export function tagKeysIn(statement: Statement): TagKeys {
  // Most statements have neither.
  if (statement.conditions.length === 0 && statement.resources?.patterns.some(hasVariables) !== true) return NONE;
  let found = read.get(statement);
  if (found === undefined) read.set(statement, (found = find(statement)));
  return found;
}

function find({ conditions, resources }: Statement): TagKeys {
  const texts = [...(resources?.patterns ?? []), ...conditions.flatMap(({ values }) => values)];
  const variables = texts.flatMap(variablesIn);
  const keys = [...conditions.map(({ key }) => key), ...variables];
  const named = (tag: (key: string) => string | undefined, among: readonly string[]): readonly string[] => [
    ...new Set(among.flatMap((key) => tag(key) ?? [])),
  ];
  const principal = named(principalTagIn, keys);
  const resource = named(resourceTagIn, keys);
  if (principal.length === 0 && resource.length === 0) return NONE;
  return { principal, resource, variables: named(principalTagIn, variables) };
}

/** The tag that a condition key is about, in lower case, and whether it is the principal's own. */
export function tagIn(key: string): { readonly name: string; readonly isOwn: boolean } | undefined {
  const own = principalTagIn(key);
  const name = own ?? resourceTagIn(key);
  return name === undefined ? undefined : { name, isOwn: own !== undefined };
}

function principalTagIn(key: string): string | undefined {
  return PRINCIPAL_TAG.exec(key)?.[1];
}

function variablesIn(source: PolicyText): readonly string[] {
  if (isUnknown(source)) return [];
  const parts = typeof source === 'string' ? [source] : source.parts;
  return parts.flatMap((part) =>
    typeof part === 'string' && part.includes('${')
      ? [...part.matchAll(VARIABLE)].map(([, name]) => name.toLowerCase())
      : [],
  );
}

/** Which tags have to be what they are for a decision that takes them to be chosen. */
export function tagsIn(
  { must, witness, allows, denies }: Decision,
  principal: Principal,
  about: Pick<TagNeed, 'resource' | 'arn'> | undefined,
): readonly TagNeed[] {
  const own = { resource: principal.resource, arn: principal.arn };
  if (must) {
    return Object.entries(witness?.context ?? {}).flatMap(([key, value]): readonly TagNeed[] => {
      const [mine, its] = [principalTagIn(key), resourceTagIn(key)];
      if (Array.isArray(value)) return [];
      if (mine !== undefined) return [{ ...own, name: mine, value: value as PolicyText | Absent }];
      return its === undefined || about === undefined ? [] : [{ ...about, name: its, value: value as PolicyText }];
    });
  }
  const keys = [...allows, ...denies].map(({ statement }) => tagKeysIn(statement));
  const mine = new Set(keys.flatMap((each) => each.principal));
  const its = new Set(about === undefined ? [] : keys.flatMap((each) => each.resource));
  return [
    ...[...mine].map((name) => ({ ...own, name })),
    ...(about === undefined ? [] : [...its].map((name) => ({ ...about, name }))),
  ];
}

function reads({ document }: SourcedPolicy): boolean {
  return document.statements.some((each) => {
    const { principal, resource } = tagKeysIn(each);
    return principal.length + resource.length > 0;
  });
}

/** Whether tags play a part in what somebody may do. Linear in statements, each of which is read once. */
export class TagReaders {
  private readonly ofAll: boolean;
  /** Whether they do for anybody. */
  readonly any: boolean;

  constructor({ principals, resourcePolicies, scps, rcps }: World) {
    const resources = [...resourcePolicies.values()].flatMap(({ policies }) => policies);
    const trusts = principals.flatMap(({ trust }) => trust ?? []);
    this.ofAll = [...resources, ...trusts, ...scps.flat(), ...rcps].some(reads);
    this.any = this.ofAll || principals.some((each) => this.isReader(each));
  }

  isReader({ policies, boundary }: Principal): boolean {
    return this.ofAll || policies.some(reads) || (boundary !== undefined && reads(boundary));
  }
}

const LIKE: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'role',
  'AWS::IAM::User': 'user',
  'AWS::EC2::Instance': 'instance',
  'AWS::KMS::ReplicaKey': 'AWS::KMS::Key',
  'AWS::Serverless::Function': 'AWS::Lambda::Function',
  'AWS::Serverless::StateMachine': 'AWS::StepFunctions::StateMachine',
};
const BY_TARGET = new Map<string, Technique[]>();
for (const each of TAGS) BY_TARGET.set(each.target, [...(BY_TARGET.get(each.target) ?? []), each]);

/** By which permissions the tags of a resource are written and taken away. */
export function taggingOf({ type }: Resource): readonly Technique[] {
  return BY_TARGET.get(LIKE[type] ?? type) ?? [];
}

/** Every action that writes tags or takes them away. */
export const TAGGING: readonly string[] = [
  ...new Set(TAGS.flatMap(({ needs }) => needs.flat().flatMap((ask) => ask.actions))),
];

/** Whether no tag must have two values at a time. */
export function agree(tags: readonly TagNeed[]): boolean {
  const values = new Map<string, TagNeed['value']>();
  return tags.every(({ resource, name, value }) => {
    const id = `${resource.key} ${name}`;
    if (!values.has(id)) values.set(id, value);
    return sameValue(values.get(id), value);
  });
}

/** What one call needs of tags: one may be gone only where it may be for everything that is asked. */
export function together(tags: readonly TagNeed[]): readonly TagNeed[] {
  const stays = (need: TagNeed): boolean =>
    tags.some((other) => other.orGone !== true && other.resource === need.resource && other.name === need.name);
  return tags.map((need) => {
    if (need.orGone !== true || !stays(need)) return need;
    const { orGone: _, ...rest } = need;
    return rest;
  });
}

const ids = new WeakMap<TagNeed, string>();

/** The same for the same tag and value. */
export function idOf(need: TagNeed): string {
  let found = ids.get(need);
  if (found === undefined) {
    const { resource, name, value, orGone } = need;
    const wanted = value === undefined ? '' : isAbsent(value) ? 'gone' : `= ${canonical(value)}`;
    ids.set(need, (found = `${resource.key} ${name} ${wanted}${orGone === true ? ' or gone' : ''}`));
  }
  return found;
}

function sameValue(one: TagNeed['value'], other: TagNeed['value']): boolean {
  if (one === undefined || other === undefined) return one === other;
  return isAbsent(one) || isAbsent(other) ? isAbsent(one) && isAbsent(other) : canonical(one) === canonical(other);
}
