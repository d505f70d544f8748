import type { PermittedAction } from '../../model/answers';
import type { Matcher, PolicyDocument, PolicyText, Statement } from '../../model/policy';
import { show } from '../../model/read';
import { isUnknown } from '../../model/value';
import { actionInfo, actionsMatching } from '../actions/action-info';
import { actionMustMatch } from '../match/action-pattern';

import type { Principal, World } from '../world/world';
import { isKnownRequest } from './known-request';

/** Actions on one resource or pattern that some Allow names, so that they are worth a question. */
export interface AskedPair {
  readonly actions: readonly PermittedAction[];
  readonly resource: PolicyText;
  /** What people read in place of a resource: `everything but arn:…` for NotResource. */
  readonly shown: string;
}

/** What the Allows of a principal name, in the order of its policies. */
export function askedOfIdentity({ policies }: Principal): readonly AskedPair[] {
  return askedOfDocuments(policies.map(({ document }) => document));
}

export function askedOfDocuments(documents: readonly PolicyDocument[]): readonly AskedPair[] {
  return documents.flatMap(({ statements }) => statements.flatMap(pairsOf));
}

/** What the policies on resources may allow to a principal; the resource is the one that they protect. */
export function askedOfResources(world: World): readonly AskedPair[] {
  return [...world.resourcePolicies.values()].flatMap(({ arn, policies }) =>
    policies.flatMap(({ document }) =>
      document.statements
        .filter(({ effect }) => effect === 'Allow')
        .flatMap(({ actions, resources }) =>
          // `*` in a policy on a resource is that resource.
          (resources === undefined || resources.negated || resources.patterns.includes('*')
            ? [arn]
            : resources.patterns
          ).flatMap((resource) => pair(actions, resource, show(resource))),
        ),
    ),
  );
}

function pairsOf({ effect, actions, resources }: Statement): readonly AskedPair[] {
  if (effect !== 'Allow' || resources === undefined) return [];
  if (resources.negated) return pair(actions, '*', `everything but ${resources.patterns.map(show).join(', ')}`);
  return resources.patterns.flatMap((resource) => pair(actions, resource, show(resource)));
}

function pair(actions: Matcher, resource: PolicyText, shown: string): readonly AskedPair[] {
  const asked = namedBy(actions).filter((each) => concerns(each.action, actions, resource));
  return asked.length === 0 ? [] : [{ actions: asked, resource, shown }];
}

function namedBy({ negated, patterns }: Matcher): readonly PermittedAction[] {
  if (!negated) return patterns.flatMap(expand);
  return expand('*').filter(({ action }) => !patterns.some((pattern) => actionMustMatch(pattern, action)));
}

/** The known actions behind a pattern; where there are none, the pattern itself: it may name what is new. */
function expand(pattern: PolicyText): readonly PermittedAction[] {
  const known = actionsMatching(pattern);
  if (known.length > 0) return known.map(({ action, level }) => ({ action, level }));
  return isUnknown(pattern) ? [] : [{ action: show(pattern) }];
}

/**
 * Whether a question is worth asking. An action that takes no resource is allowed on `*` only, one that takes others not
 * on this. Where a wildcard spans
 * services, an ARN concerns the service that it names: nobody deletes a bucket through the ARN of a queue.
 */
function concerns(action: string, { negated, patterns }: Matcher, resource: PolicyText): boolean {
  if (resource === '*' || isUnknown(resource)) return true;
  if (actionInfo(action)?.resourceLevel === false || !isKnownRequest(action, resource)) return false;
  const spans = negated || patterns.some((each) => typeof each !== 'string' || /[*?]/.test(each.split(':')[0] ?? ''));
  if (!spans) return true;
  const service = /^arn:[^*?]*?:([a-z0-9-]+):/.exec(show(resource).replaceAll('AWS::', ''))?.[1];
  if (service === undefined) return true;
  const own = action.split(':')[0];
  return own === service || (service === 'iam' && own === 'sts');
}
