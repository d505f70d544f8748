import { analysed } from '../../engine/analysed';
import type { ReachOfPrincipal, Step } from '../../engine/reach/reach';
import { nameOf } from '../../engine/world/resource-name';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { Violation } from '../rule';

/** What a role or user reaches; computed once for all rules that ask. */
export function reachOfResource({ key }: Resource, snapshot: Snapshot): ReachOfPrincipal | undefined {
  return analysed(snapshot).reach.from(key);
}

/**
 * Whether it takes no step: the policies of the principal make it an administrator, which IAM1, IAM2 and IAM4 report,
 * or what they say is not in the templates, which may be anything and is no escalation by itself.
 */
export function isByItsPolicies(steps: readonly Step[]): boolean {
  return steps.every(({ technique }) => technique === 'administrator') || hasUnread(steps);
}

/** Whether a policy that nobody can read here is taken for one that allows what is needed. */
function hasUnread(steps: readonly Step[]): boolean {
  return steps.some(({ technique }) => technique === 'unknown-policy');
}

/** Whether it is administrator, or becomes it, which other rules report. */
export function isAdministrator(reached: ReachOfPrincipal): boolean {
  const { admin } = reached;
  return admin !== undefined && !hasUnread(reached.trace(admin));
}

/** A finding about the way that a principal takes. */
export function escalation(
  resource: Resource,
  found: { readonly message: string; readonly detail: string },
  steps: readonly Step[],
): Violation {
  const isPossible = steps.some(({ certainty }) => certainty === 'possible');
  return {
    ...found,
    about: steps.flatMap(({ evidence }) => evidence.map(({ statement }) => statement)),
    principal: nameOf(resource),
    trace: steps.map(({ technique, from, to, because }) => `${from} -> ${to} (${technique}): ${because}`),
    ...(isPossible ? { certainty: 'possible', unknowns: unknownsOf(steps) } : {}),
  };
}

/** `lambda-update-code gives Orders/Deployer, then iam-put-role-policy gives administrator`. */
export function wayInWords(steps: readonly Step[]): string {
  return steps.map(({ technique, to }) => `\`${technique}\` gives ${to}`).join(', then ');
}

function unknownsOf(steps: readonly Step[]): readonly string[] {
  return [...new Set(steps.flatMap(({ unknowns }) => unknowns.map(({ detail }) => detail)))];
}
