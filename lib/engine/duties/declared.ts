import type { DutyDefinition, SeparationConstraint, TemplateIntent } from '../../model/separation';
import type { Snapshot, Template } from '../../model/snapshot';
import { BUILT_IN_DUTIES } from './built-in';

/** A constraint and where it holds. */
export interface DeclaredConstraint {
  readonly constraint: SeparationConstraint;
  /** The names of the templates that carry it. */
  readonly templates: ReadonlySet<string>;
}

/** What the templates declare of separation. */
export interface DeclaredSeparation {
  /** Sorted by id. */
  readonly constraints: readonly DeclaredConstraint[];
  /** Built in, and declared. */
  readonly duties: readonly DutyDefinition[];
  /** Templates whose declaration cannot be read. */
  readonly unreadable: readonly Template[];
}

/** What a template declares, where it can be read. */
export function intentOfTemplate({ intent }: Template): TemplateIntent | undefined {
  return intent !== undefined && 'kind' in intent ? intent : undefined;
}

/**
 * Collects what the templates declare. A constraint holds in the templates that carry it; the same one in several is
 * one. Where two apps call different things by one id, both hold.
 */
export function declaredSeparation({ templates }: Snapshot): DeclaredSeparation {
  const constraints = new Map<string, { constraint: SeparationConstraint; templates: Set<string> }>();
  const duties = new Map(BUILT_IN_DUTIES.map((each) => [each.id, each]));
  for (const template of templates) {
    const intent = intentOfTemplate(template);
    for (const constraint of intent?.constraints ?? []) {
      const id = JSON.stringify(constraint);
      const known = constraints.get(id);
      if (known === undefined) constraints.set(id, { constraint, templates: new Set([template.name]) });
      else known.templates.add(template.name);
    }
    // What is built in cannot be declared away.
    for (const duty of intent?.duties ?? []) if (!duties.has(duty.id)) duties.set(duty.id, duty);
  }
  return {
    constraints: [...constraints.values()].sort((a, b) => compare(a.constraint.id, b.constraint.id)),
    duties: [...duties.values()],
    unreadable: templates.filter(({ intent }) => intent !== undefined && !('kind' in intent)),
  };
}

// Not localeCompare: the order must not depend on the machine.
export function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
