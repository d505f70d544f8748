import type { PolicyText } from '../../model/policy';
import { isText, isUnknown, text, unknown } from '../../model/value';
import type { Unknown } from '../../model/value';
import { actionInfo } from '../actions/action-info';
import { otherForms, resourceFormsOf } from '../actions/resource-forms';
import type { Decision } from '../decide/decision';
import { contains, intersects, patternOf } from '../match/pattern';
import { canonical } from '../match/symbolic';

const known = new Map<string, boolean>();

/**
 * Whether AWS knows requests of an action for some resource of a pattern: nobody lists the objects of an object, or gets
 * an object out of a function. An action that the table does not have is taken with any resource, and so are the
 * endpoints of APIs, of which WebSocket APIs have other ARNs.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
 */
export function isKnownRequest(action: string, resource: PolicyText): boolean {
  if (resource === '*' || isUnknown(resource) || /[*?]/.test(action) || actionInfo(action)?.resourceLevel !== true) {
    return true;
  }
  const key = `${action.toLowerCase()} ${canonical(resource)}`;
  let found = known.get(key);
  if (found === undefined) known.set(key, (found = isTaken(action, resource)));
  return found;
}

function isTaken(action: string, resource: PolicyText): boolean {
  const forms = resourceFormsOf(action) ?? [];
  const asked = patternOf(withoutSegments(resource));
  return (
    forms.length === 0 ||
    forms.some(
      (form) =>
        form.startsWith('arn:*:execute-api:') ||
        (intersects(patternOf(form, { segments: 5 }), asked) &&
          !othersApart(action, form).some((other) => contains(patternOf(other), asked))),
    )
  );
}

/** With a text for each hole that holds one segment of an ARN: which one makes no difference to its type. */
function withoutSegments(resource: PolicyText): PolicyText {
  if (!isText(resource)) return resource;
  return text(
    resource.parts.map((part) =>
      typeof part === 'object' && part.shape !== 'any' && part.shape !== 'physical-id' ? 'x' : part,
    ),
  );
}

/** Where requests name either the one or the other; a function may be named with its alias. */
const APART = /^arn:\*:(?:s3|dynamodb):/;

function othersApart(action: string, form: string): readonly string[] {
  return APART.test(form) ? otherForms(action, form) : [];
}

/** A decision on what may be no request at all: that it is granted cannot be said. */
export function noSuchRequest(decision: Decision, action: string): Decision {
  const { may, denied, allows, denies, conditions } = decision;
  const unknowns: readonly Unknown[] = [
    unknown(
      'attribute',
      `whether there is such a request: ${action} takes resources of other types, as far as is known`,
    ),
  ];
  return {
    may,
    must: false,
    unconditional: false,
    allows,
    denies,
    conditions,
    unknowns: may ? unknowns : [],
    ...(denied === undefined ? {} : { denied }),
  };
}
