import type { DecidingStatement, NamedPrincipal, RequestCondition } from '../../model/answers';
import type { PolicyText } from '../../model/policy';
import { show } from '../../model/read';
import type { Unknown } from '../../model/value';
import type { Decision, Evidence } from '../decide/decision';
import { nameOf } from '../world/resource-name';
import type { Principal } from '../world/world';

/** A principal of the templates by its names. */
export function namedPrincipal({ resource }: Principal): NamedPrincipal {
  return { principal: nameOf(resource), logicalId: resource.logicalId, template: resource.template.name };
}

/** Where a statement that decides stands. */
export function decidingStatement({ layer, policy, statement }: Evidence): DecidingStatement {
  const { resource, place } = policy;
  return {
    effect: statement.effect,
    layer,
    policy: resource === undefined ? place : nameOf(resource),
    ...(resource === undefined
      ? {}
      : { logicalId: resource.logicalId, template: resource.template.name, file: resource.template.file }),
    ...(resource?.source === undefined ? {} : { source: resource.source }),
    place,
    index: statement.index,
    ...(statement.sid === undefined ? {} : { sid: statement.sid }),
  };
}

/**
 * The statements of a decision, each once: those that allow, then those that deny or may; where nothing is allowed,
 * the Denies that see to it, or else the Allows that are not enough.
 */
export function decidingStatements(decision: Decision): readonly DecidingStatement[] {
  const { allows, denies } = decision;
  const denied = whyDenied(decision);
  if (denied === undefined) return distinct([...allows, ...denies].map(decidingStatement));
  return distinct((denied.by === 'explicit' ? denies : allows).map(decidingStatement));
}

/** Why nothing is allowed: a Deny that takes away what would be, or the lack of an Allow. */
export function whyDenied({ allows, denies, denied }: Decision): Decision['denied'] {
  const [deny] = denies;
  // Of a pattern, several Denies can take away each a part: then none of them decides alone.
  if (denied?.by !== 'implicit' || deny === undefined || allows.length === 0) return denied;
  return { by: 'explicit', layer: deny.layer };
}

/** The conditions of a decision, or of a step, each once. */
export function conditionsOf({ conditions }: Pick<Decision, 'conditions'>): readonly RequestCondition[] {
  return distinct(
    conditions.map(({ key, operator, values, wanted }) => ({ key, operator, values: values.map(showText), wanted })),
  );
}

/** Unknowns in the user's words, each once. */
export function details(unknowns: readonly Unknown[]): readonly string[] {
  return [...new Set(unknowns.map(({ detail }) => detail))];
}

/** Elements that are the same as data, once. */
export function distinct<T>(elements: readonly T[]): readonly T[] {
  return [...new Map(elements.map((each) => [JSON.stringify(each), each])).values()];
}

function showText(text: PolicyText): string {
  return show(text);
}
