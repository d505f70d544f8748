import { matches } from '../match/glob';
import { actionInfo, actionsMatching } from './action-info';
import { RESOURCE_TABLE } from './resource-table';

/** The ARNs of one resource type, with `*` for each variable: `arn:*:s3:::*`. */
export type ResourceForm = string;

interface ServiceForms {
  readonly forms: readonly ResourceForm[];
  /** By the name of the action in lower case. */
  readonly byAction: ReadonlyMap<string, readonly ResourceForm[]>;
  readonly narrower: Map<ResourceForm, readonly ResourceForm[]>;
}

const services = new Map<string, ServiceForms>();

/**
 * The ARNs that requests of an action can name, whatever its case; none where it names no resource, `undefined` for an
 * action that the table does not have.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
 */
export function resourceFormsOf(action: string): readonly ResourceForm[] | undefined {
  const info = actionInfo(action);
  if (info === undefined) return undefined;
  return formsOf(serviceIn(action)).byAction.get(info.action.toLowerCase()) ?? [];
}

/**
 * Forms of other resources of the same service that a form would match as well, and that the action does not take: an
 * object is no bucket whose name has a slash.
 */
export function otherForms(action: string, form: ResourceForm): readonly ResourceForm[] {
  const { forms, byAction, narrower } = formsOf(serviceIn(action));
  let found = narrower.get(form);
  if (found === undefined) {
    // Forms have no wildcard but `*`: one that matches another with a character of no ARN in each place of it matches all.
    found = forms.filter((each) => each !== form && matches(form, each.replaceAll('*', '~')));
    narrower.set(form, found);
  }
  if (found.length === 0) return found;
  const taken = byAction.get(action.toLowerCase()) ?? [];
  return found.filter((each) => !taken.includes(each));
}

/** The third part of each ARN that the actions of a service take. */
export function servicesNamedBy(service: string): ReadonlySet<string> {
  let found = named.get(service);
  if (found === undefined) {
    found = new Set(formsIn(rowOf(service)[0]).map((form) => form.split(':')[2]));
    named.set(service, found);
  }
  return found;
}

const named = new Map<string, ReadonlySet<string>>();

function serviceIn(action: string): string {
  return action.slice(0, action.indexOf(':')).toLowerCase();
}

function formsOf(service: string): ServiceForms {
  let found = services.get(service);
  if (found === undefined) services.set(service, (found = decode(service)));
  return found;
}

/** As scripts/action-table.mjs writes it: forms, sets of them, and the set of each action. */
function rowOf(service: string): readonly string[] {
  return (Object.hasOwn(RESOURCE_TABLE, service) ? RESOURCE_TABLE[service] : '||').split('|');
}

function formsIn(forms: string): readonly ResourceForm[] {
  return forms === '' ? [] : forms.split(' ').map((form) => `arn:*:${form}`);
}

function decode(service: string): ServiceForms {
  const [forms, sets, row] = rowOf(service);
  const all = formsIn(forms);
  const groups = sets.split(' ').map((set) => set.split(',').map((place) => all[Number.parseInt(place, 36)]));
  const byAction = new Map<string, readonly ResourceForm[]>();
  let at = 0;
  for (const { action, resourceLevel } of actionsMatching(`${service}:*`)) {
    if (!resourceLevel) continue;
    byAction.set(action.toLowerCase(), groups[Number.parseInt(row.slice(at, at + 2), 36)]);
    at += 2;
  }
  return { forms: all, byAction, narrower: new Map() };
}
