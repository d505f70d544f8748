import { AccessTo } from '../../engine/declared/access-to';
import type { Access, Reaching } from '../../engine/declared/access-to';
import { analysed } from '../../engine/analysed';
import { isJudged } from '../../engine/duties/judged';
import { nameOf } from '../../engine/world/resource-name';
import type { PolicyText } from '../../model/policy';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { Violation } from '../rule';
import { allowsOf } from './allows-of';
import { pathsOf } from './declared-roles';
import { dutyOf } from './duty';
import { isAdministrator, isByItsPolicies, reachOfResource, wayInWords } from './escalations';

/** Something that was declared to be done by certain roles alone. */
export interface Guarded {
  /** What it is done with. */
  readonly resource: Resource;
  readonly arns: readonly PolicyText[];
  readonly action: string;
  /** Construct paths of the roles that do it. */
  readonly declared: readonly string[];
}

const asked = new WeakMap<Snapshot, Map<string, AccessTo>>();

function accessTo({ resource, arns, action }: Guarded, snapshot: Snapshot): AccessTo {
  const known = asked.get(snapshot) ?? new Map<string, AccessTo>();
  asked.set(snapshot, known);
  const id = `${action} ${resource.key}`;
  let found = known.get(id);
  if (found === undefined) known.set(id, (found = new AccessTo(snapshot, action, resource, arns)));
  return found;
}

/**
 * How a role or user may do it that was not declared. Administrators are told by ESC1 and the rules on policies, and roles
 * that CloudFormation alone assumes act for whoever may pass them. Deployments write policies: that is their duty.
 */
export function undeclaredAccess(
  resource: Resource,
  guarded: Guarded,
  snapshot: Snapshot,
  reaching: Reaching,
): Access | undefined {
  if (pathsOf(resource).some((path) => guarded.declared.includes(path))) return undefined;
  const { world } = analysed(snapshot);
  const principal = world.principal(resource.key);
  if (principal === undefined || !isJudged(principal, world)) return undefined;
  const found = accessTo(guarded, snapshot).of(resource.key, reaching);
  if (found === undefined) return undefined;
  if (found.steps.length > 0 && (isByItsPolicies(found.steps) || dutyOf(resource) === 'deployment')) return undefined;
  const reached = reachOfResource(resource, snapshot);
  return reached !== undefined && isAdministrator(reached) ? undefined : found;
}

/** The finding on it. */
export function accessViolation(
  resource: Resource,
  { action }: Guarded,
  { steps, certainty, unknowns }: Access,
  told: { readonly what: string; readonly expected: string; readonly detail: string },
  snapshot: Snapshot,
): Violation {
  const way = steps.length === 0 ? 'by its own permissions' : wayInWords(steps);
  const by = steps.map(({ technique }) => technique).join('>');
  return {
    message: `may ${told.what}, ${way}; expected ${told.expected}`,
    detail: `${told.detail}${by === '' ? '' : `::${by}`}`,
    principal: nameOf(resource),
    about: [
      ...allowsOf(analysed(snapshot).world.principal(resource.key), [action]),
      ...steps.flatMap(({ evidence }) => evidence.map(({ statement }) => statement)),
    ],
    ...(steps.length === 0
      ? {}
      : { trace: steps.map(({ technique, from, to, because }) => `${from} -> ${to} (${technique}): ${because}`) }),
    ...(certainty === 'certain' ? {} : { certainty, unknowns }),
  };
}
