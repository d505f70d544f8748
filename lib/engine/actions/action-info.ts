import type { PolicyText } from '../../model/policy';
import { isUnknown } from '../../model/value';
import { actionMayMatch } from '../match/action-pattern';
import { ACTION_TABLE } from './action-table';

/** What an action does, in the words of the Service Authorization Reference. */
export type AccessLevel = 'list' | 'read' | 'write' | 'tagging' | 'permissions';

/** The facts about an action. */
export interface ActionInfo {
  /** In the case of AWS: `s3:GetObject`. */
  readonly action: string;
  readonly level: AccessLevel;
  /** Whether a policy can name resources for it. Where not, only `*` has an effect. */
  readonly resourceLevel: boolean;
}

/** As scripts/action-table.mjs writes them. */
const MARKS: Readonly<Record<string, Omit<ActionInfo, 'action'>>> = {
  '!': { level: 'list', resourceLevel: true },
  '"': { level: 'list', resourceLevel: false },
  '#': { level: 'read', resourceLevel: true },
  $: { level: 'read', resourceLevel: false },
  '%': { level: 'write', resourceLevel: true },
  '&': { level: 'write', resourceLevel: false },
  '(': { level: 'tagging', resourceLevel: true },
  ')': { level: 'tagging', resourceLevel: false },
  '*': { level: 'permissions', resourceLevel: true },
  '+': { level: 'permissions', resourceLevel: false },
};

/** Services are read from the table when they are first asked for. Keys are in lower case. */
const services = new Map<string, ReadonlyMap<string, ActionInfo>>();

/**
 * What is known of an action, whatever its case. `undefined` for an action that the table does not have: it may be
 * new, so that nothing may be concluded from it.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
 */
export function actionInfo(action: string): ActionInfo | undefined {
  const [service, name, ...more] = action.toLowerCase().split(':');
  return name === undefined || more.length > 0 ? undefined : actionsOf(service).get(name);
}

/** Whether a policy can name resources for an action; `undefined` where the action is not known. */
export function supportsResources(action: string): boolean | undefined {
  return actionInfo(action)?.resourceLevel;
}

/** The known actions that a pattern may match; all of them for an unknown pattern. Sorted by name. */
export function actionsMatching(pattern: PolicyText): readonly ActionInfo[] {
  if (typeof pattern === 'string' && !/[*?]/.test(pattern)) {
    const found = actionInfo(pattern);
    return found === undefined ? [] : [found];
  }
  const everything = pattern === '*' || isUnknown(pattern);
  return servicesMatching(pattern).flatMap((each) => {
    const actions = [...actionsOf(each).values()];
    return everything ? actions : actions.filter(({ action }) => actionMayMatch(pattern, action));
  });
}

/** The services of which actions may match a pattern: the one that it names, or all of them. */
export function servicesMatching(pattern: PolicyText): readonly string[] {
  const service = typeof pattern === 'string' ? pattern.toLowerCase().split(':')[0] : '*';
  return /[*?]/.test(service) ? Object.keys(ACTION_TABLE) : [service];
}

function actionsOf(service: string): ReadonlyMap<string, ActionInfo> {
  const known = services.get(service);
  if (known !== undefined) return known;
  const read = Object.hasOwn(ACTION_TABLE, service) ? decode(service, ACTION_TABLE[service]) : new Map();
  services.set(service, read);
  return read;
}

/** Each action: how many characters it shares with the one before, in base 36, the rest of its name, its mark. */
function decode(service: string, row: string): ReadonlyMap<string, ActionInfo> {
  const actions = new Map<string, ActionInfo>();
  let name = '';
  for (const [, shared, rest, mark] of row.matchAll(/([0-9a-z])([\w-]*)([!-+])/g)) {
    name = name.slice(0, Number.parseInt(shared, 36)) + rest;
    actions.set(name.toLowerCase(), { action: `${service}:${name}`, ...MARKS[mark] });
  }
  return actions;
}
