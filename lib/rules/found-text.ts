import { analysed } from '../engine/analysed';
import { nameOf } from '../engine/world/resource-name';
import type { Statement } from '../model/policy';
import type { Resource, Snapshot, Template } from '../model/snapshot';
import { isAbsent, isChoice, isText, isUnknown } from '../model/value';
import type { Hole, Value } from '../model/value';
import type { Violation } from './rule';

/**
 * All that a rule found at a place, as one canonical text: the same for the same permissions, another one as soon as
 * anything is added. Resources are named by construct path, so that logical ids may change; the order of statements,
 * actions and values does not count, nor do `Sid`s.
 *
 * Where a violation has no parts, its message up to "; expected" says what was found.
 */
export function foundText(violation: Violation, snapshot: Snapshot, template: Template, resource?: Resource): string {
  const { message, detail, parts = [], about = [], unknowns = [], certainty = 'certain' } = violation;
  const words = new Words(snapshot, template);
  const holders = resource === undefined ? [] : holdersOf(resource, snapshot);
  return JSON.stringify({
    certainty,
    detail: detail === undefined ? null : words.inText(detail),
    ...(parts.length === 0
      ? { found: words.inText(message.split('; expected')[0] ?? message) }
      : { parts: words.inOrder(parts.map((part) => words.canonical(withoutNames(part)))) }),
    ...(about.length === 0 ? {} : { about: words.inOrder(about.map((each) => words.canonical(withoutNames(each)))) }),
    ...(unknowns.length === 0 ? {} : { unknowns: unknowns.map((each) => words.inText(each)).sort() }),
    ...(holders.length === 0 ? {} : { holders }),
  });
}

/** Statements as one canonical text, for what is found other than by a rule. */
export function statementsText(statements: readonly Statement[], snapshot: Snapshot, template: Template): string {
  const words = new Words(snapshot, template);
  return JSON.stringify(words.inOrder(statements.map((each) => words.canonical(withoutNames(each)))));
}

/** Where a statement stands and what it is called says nothing about what it allows. */
function withoutNames(part: unknown): unknown {
  if (typeof part !== 'object' || part === null || !('effect' in part)) return part;
  const { index: _index, sid: _sid, ...rest } = part as Record<string, unknown>;
  return rest;
}

const holdersBySnapshot = new WeakMap<Snapshot, ReadonlyMap<string, readonly string[]>>();

/** Who has the policy that a resource is: another role that gets it is more than what was found. */
function holdersOf({ key, type }: Resource, snapshot: Snapshot): readonly string[] {
  if (!/^AWS::IAM::(ManagedPolicy|((Role|User|Group)?Policy))$/.test(type)) return [];
  let holders = holdersBySnapshot.get(snapshot);
  if (holders === undefined) {
    const made = new Map<string, Set<string>>();
    for (const { policies, resource } of analysed(snapshot).world.principals) {
      for (const policy of policies) {
        if (policy.resource === undefined) continue;
        const known = made.get(policy.resource.key) ?? new Set();
        made.set(policy.resource.key, known.add(nameOf(resource)));
      }
    }
    holders = new Map([...made].map(([policy, names]) => [policy, [...names].sort()]));
    holdersBySnapshot.set(snapshot, holders);
  }
  return holders.get(key) ?? [];
}

/** Writes values of one template without the names that change from one synth to the next. */
class Words {
  constructor(
    private readonly snapshot: Snapshot,
    private readonly template: Template,
  ) {}

  /** `${Reader1A2B.Arn}` → `${Orders/Reader.Arn}`. */
  inText(text: string): string {
    return text.replace(/\$\{([A-Za-z0-9]+)((?:\.[A-Za-z0-9.]+)?)\}/g, (whole, id: string, attribute: string) => {
      const resource = this.snapshot.byKey(`${this.template.name}#${id}`);
      return resource === undefined ? whole : `\${${nameOf(resource)}${attribute}}`;
    });
  }

  canonical(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value ?? null;
    if (Array.isArray(value)) return this.inOrder(value.map((each) => this.canonical(each)));
    const one = value as Value;
    if (isText(one)) return { text: one.parts.map((part) => (typeof part === 'string' ? part : this.hole(part))) };
    if (isChoice(one)) {
      return { if: this.own(one.condition), yes: this.canonical(one.whenTrue), no: this.canonical(one.whenFalse) };
    }
    if (isAbsent(one)) return { absent: true };
    if (isUnknown(one)) return { unknown: one.cause, detail: this.inText(one.detail) };
    const members = Object.entries(value).filter(([, each]) => each !== undefined);
    return Object.fromEntries(
      members
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, each]) => [
          key,
          key === 'condition' && typeof each === 'string' ? this.own(each) : this.canonical(each),
        ]),
    );
  }

  /** Lists of a policy are sets. */
  inOrder(values: readonly unknown[]): readonly unknown[] {
    const texts = new Map(values.map((each) => [JSON.stringify(each), each]));
    return [...texts.keys()].sort().map((key) => texts.get(key));
  }

  private hole({ source, resource, attribute }: Hole): object {
    const named = resource === undefined ? undefined : this.snapshot.byKey(resource);
    return named === undefined ? { of: this.own(source) } : { of: nameOf(named), attribute: attribute ?? null };
  }

  /** A parameter or condition of the same template without the template's name, which may be the path of a file. */
  private own(source: string): string {
    const prefix = `${this.template.name}#`;
    return source.startsWith(prefix) ? source.slice(prefix.length) : source;
  }
}
