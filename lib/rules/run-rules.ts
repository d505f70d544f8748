import type { Finding } from '../model/finding';
import type { Resource, Snapshot, Template } from '../model/snapshot';
import { foundText } from './found-text';
import { allRules } from './registry';
import type { Rule, Run, Violation } from './rule';

/** Before the id of a rule in a finding. */
const PREFIX = 'Bulkhead-';

/**
 * The findings of the rules, in the order of the resources, at one resource in the order of the rules.
 *
 * @throws BH9004 where a rule throws: that is a fault of ours, neither a finding nor a pass
 */
export function runRules(snapshot: Snapshot, rules: readonly Rule[] = allRules, run: Run = {}): readonly Finding[] {
  const rulesFor = rulesByType(rules);
  const ofTemplates = rules.filter((rule) => rule.checkTemplate !== undefined);
  const found: Finding[] = [];
  for (const template of snapshot.templates) {
    for (const resource of template.resources) {
      for (const rule of rulesFor(resource.type)) {
        const violations = guarded(rule, resource.key, () => rule.check(resource, snapshot, run));
        if (violations.length > 0) found.push(...findings(rule, violations, snapshot, template, resource));
      }
    }
    for (const rule of ofTemplates) {
      const violations = guarded(rule, template.name, () => rule.checkTemplate?.(template, snapshot) ?? []);
      if (violations.length > 0) found.push(...findings(rule, violations, snapshot, template));
    }
  }
  return found;
}

/** Rules are looked up once a type, not once a resource. */
function rulesByType(rules: readonly Rule[]): (type: string) => readonly Rule[] {
  const known = new Map<string, readonly Rule[]>();
  return (type) => {
    let found = known.get(type);
    if (found === undefined) {
      known.set(type, (found = rules.filter(({ types }) => types.includes(type) || types.includes('*'))));
    }
    return found;
  };
}

function guarded(rule: Rule, place: string, check: () => readonly Violation[]): readonly Violation[] {
  try {
    return check();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `BH9004: rule \`${PREFIX}${rule.id}\` failed at \`${place}\`: ${reason}; nothing can be said about this place; please report it with the template`,
      { cause },
    );
  }
}

function findings(
  rule: Rule,
  violations: readonly Violation[],
  snapshot: Snapshot,
  template: Template,
  resource?: Resource,
): readonly Finding[] {
  return distinct(violations).map((violation) => {
    const { message, detail, principal, trace, certainty = 'certain', unknowns } = violation;
    return {
      ruleId: `${PREFIX}${rule.id}`,
      severity: rule.severity,
      title: rule.title,
      message,
      fix: rule.fix,
      template: template.name,
      file: template.file,
      ...(resource === undefined ? {} : { logicalId: resource.logicalId }),
      ...(resource?.constructPath === undefined ? {} : { constructPath: resource.constructPath }),
      ...(resource?.source === undefined ? {} : { source: resource.source }),
      ...(detail === undefined ? {} : { detail }),
      ...(principal === undefined ? {} : { principal }),
      ...(trace === undefined ? {} : { trace }),
      certainty,
      ...(certainty === 'possible' && unknowns !== undefined && unknowns.length > 0 ? { unknowns } : {}),
      found: foundText(violation, snapshot, template, resource),
    };
  });
}

/**
 * One violation a detail: the acknowledgement id cannot tell more apart. What is certain stays, what is possible goes;
 * the parts of all of them are kept, and what they are about.
 */
function distinct(violations: readonly Violation[]): readonly Violation[] {
  const kept = new Map<string, Violation>();
  for (const violation of violations) {
    const key = violation.detail ?? '';
    const before = kept.get(key);
    const isSurer = before?.certainty === 'possible' && violation.certainty !== 'possible';
    const stays = before === undefined || isSurer ? violation : before;
    const parts = [...(before?.parts ?? []), ...(violation.parts ?? [])];
    const about = [...(before?.about ?? []), ...(violation.about ?? [])];
    kept.set(key, {
      ...stays,
      ...(parts.length === 0 ? {} : { parts }),
      ...(about.length === 0 ? {} : { about }),
    });
  }
  return [...kept.values()];
}
