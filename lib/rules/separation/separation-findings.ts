import { analysed } from '../../engine/analysed';
import { breachOf } from '../../engine/duties/constraint';
import type { Breach } from '../../engine/duties/constraint';
import type { DeclaredConstraint } from '../../engine/duties/declared';
import { judgedOf } from '../../engine/duties/judged';
import type { Reached } from '../../engine/duties/reached';
import type { Principal } from '../../engine/world/world';
import { nameOf } from '../../engine/world/resource-name';
import type { Finding } from '../../model/finding';
import type { DutyDefinition } from '../../model/separation';
import type { Snapshot, Template } from '../../model/snapshot';
import { environmentFindings } from './environment-findings';
import { statementsText } from '../found-text';
import { allowsOf } from '../support/allows-of';
import { findingAt } from './finding-at';

const PREFIX = 'Bulkhead-SOD-';

/**
 * The violations of the constraints that the templates carry, one for each constraint and principal, and what crosses
 * the borders of the environments that they declare. Without a declaration there are none.
 */
export function separationFindings(snapshot: Snapshot): readonly Finding[] {
  const { separation, duties, world } = analysed(snapshot);
  const { constraints, unreadable } = separation;
  const lost = unreadable.map(unreadableTemplate);
  if (constraints.length === 0) return [...lost, ...environmentFindings(snapshot)];
  const titles = new Map(separation.duties.map((each) => [each.id, each]));
  const found = judgedOf(world).flatMap((principal) => {
    const reached = duties.of(principal);
    return [
      ...unreadablePolicies(principal, reached, constraints),
      ...constraints.flatMap((each) => judge(each, principal, reached, titles, snapshot)),
    ];
  });
  return [...lost, ...found, ...environmentFindings(snapshot)];
}

function judge(
  { constraint, templates }: DeclaredConstraint,
  principal: Principal,
  reached: Reached,
  titles: ReadonlyMap<string, DutyDefinition>,
  snapshot: Snapshot,
): readonly Finding[] {
  if (constraint.kind === 'only' && namesOf(principal).some((name) => constraint.roles.includes(name))) return [];
  // Of a principal of another place counts what it has in this one.
  const isHere = templates.has(principal.resource.template.name);
  const breach = breachOf(
    constraint,
    reached,
    ({ template }) => isHere || (template !== undefined && templates.has(template)),
  );
  if (breach === undefined) return [];
  const { id, duties, most, why, scope, perResource } = constraint;
  const title = (duty: string): string => (titles.get(duty)?.title ?? duty).toLowerCase();
  const over = perResource ? ' over the same resource' : '';
  const expected =
    constraint.kind === 'only'
      ? `expected only ${constraint.roles.join(', ') || 'nobody'} to have it`
      : most === 0
        ? 'expected nobody to have it'
        : `expected at most ${most} of ${duties.map(title).join(', ')}`;
  return [
    findingAt(principal.resource, {
      ruleId: `${PREFIX}${id}`,
      title: 'Duties that must be apart are in one pair of hands',
      message: `has ${breach.duties.map(title).join(' and ')}${over}${isByReach(breach) ? ' in its reach' : ''}; ${expected} (${scope}): ${why}`,
      fix: fixOf(breach),
      detail: breach.duties.join('+'),
      found: foundOf(
        breach,
        principal,
        duties.flatMap((each) => titles.get(each) ?? []),
        snapshot,
      ),
      trace: traceOf(breach),
      certainty: breach.certainty,
      unknowns: breach.unknowns,
    }),
  ];
}

/**
 * What an exception is bound to: the proof, and all that the principal, and whom it becomes on the way, is allowed of
 * these duties. One action or resource more is another finding.
 */
function foundOf(
  { proof }: Breach,
  principal: Principal,
  duties: readonly DutyDefinition[],
  snapshot: Snapshot,
): string {
  const { world } = analysed(snapshot);
  const actions = duties.flatMap(({ permissions }) => permissions.flatMap((each) => each.actions));
  const others = proof.flatMap(({ steps }) => steps.flatMap(({ toKey }) => (toKey === undefined ? [] : [toKey])));
  const holders = [principal, ...[...new Set(others)].flatMap((key) => world.principal(key) ?? [])];
  return [
    ...proof.map(({ duty, because }) => `${duty}: ${because}`).sort(),
    ...holders.map((each) => statementsText(allowsOf(each, actions), snapshot, each.resource.template)),
  ].join('; ');
}

function isByReach({ proof }: Breach): boolean {
  return proof.some(({ steps }) => steps.length > 0);
}

/** Takes the longest way apart: what is nearest to the principal is most likely what it is for. */
function fixOf({ proof }: Breach): string {
  const [farthest] = [...proof].sort((a, b) => b.steps.length - a.steps.length);
  const [first] = farthest.steps;
  if (first !== undefined) {
    return `Break the way at its first step: take away what makes \`${first.technique}\` possible (${first.because}), or narrow it to what leads nowhere.`;
  }
  return `Take one of them away, or give it to a role of its own that this one cannot become: ${proof.map(({ because }) => because).join('; ')}.`;
}

/** Duty by duty: the way there, then the permission. */
function traceOf({ proof }: Breach): readonly string[] {
  return proof.flatMap(({ steps, because, duty }) => [
    ...steps.map(({ technique, from, to, because: why }) => `${from} -> ${to} (${technique}): ${why}`),
    `${duty === '*' ? 'every duty' : duty}: ${because}`,
  ]);
}

/** Nothing can be said of whom nobody can read; one finding for all constraints. */
function unreadablePolicies(
  principal: Principal,
  { unreadable }: Reached,
  constraints: readonly DeclaredConstraint[],
): readonly Finding[] {
  const here = constraints.some(({ templates }) => templates.has(principal.resource.template.name));
  if (unreadable.length === 0 || !here) return [];
  return [
    findingAt(principal.resource, {
      ruleId: `${PREFIX}unreadable`,
      title: 'Duties are not known',
      message: `has policies that cannot be read here, so that any duty may be among them: ${unreadable.join('; ')}; expected policies that the templates show`,
      fix: 'Write the policy into the template, or put a permissions boundary on the role that leaves the duties out.',
      detail: unreadable.join('+'),
      trace: [],
      certainty: 'possible',
      unknowns: unreadable,
    }),
  ];
}

function unreadableTemplate({ name, file }: Template): Finding {
  return {
    ruleId: `${PREFIX}unreadable`,
    severity: 'error',
    title: 'The declaration of separation cannot be read',
    message:
      'found template metadata `cdk-bulkhead` that cdk-bulkhead did not write; expected the constraints as they were declared',
    fix: 'Synthesize the template again, and let nothing edit its Metadata.',
    template: name,
    file,
    detail: 'template',
    certainty: 'certain',
  };
}

/** By which an intent may name a role. */
function namesOf({ resource }: Principal): readonly string[] {
  const { intent, constructPath } = resource;
  return [
    ...(intent?.kind === 'role' ? [intent.path] : []),
    ...(constructPath === undefined ? [] : [constructPath, nameOf(resource)]),
  ];
}
