import { actionInfo, actionsMatching } from './action-info';
import { ACTION_TABLE } from './action-table';
import { KEYS_OF_CREDENTIALS, KEY_TABLE } from './key-table';

/** Keys in lower case: whole ones, and what begins those with a name in them. */
interface Keys {
  readonly whole: ReadonlySet<string>;
  readonly begun: readonly string[];
}

const services = new Map<string, ReadonlyMap<string, Keys>>();
const NO_KEYS: Keys = { whole: new Set(), begun: [] };

/**
 * Whether the Service Authorization Reference says that requests of an action never have a condition key: it lists the
 * key for other actions alone. It may have been forgotten there, so that this proves nothing by itself.
 * `false` for an action or a key that the table does not have, for keys of identity providers, and for global keys but
 * the tags of the request. Both in lower case.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function isKeyOfOthers(action: string, key: string): boolean {
  if (!isTold(key) || actionInfo(action) === undefined) return false;
  const service = action.slice(0, action.indexOf(':'));
  let byAction = services.get(service);
  if (byAction === undefined) services.set(service, (byAction = decode(service)));
  const { whole, begun } = byAction.get(action) ?? NO_KEYS;
  return !whole.has(key) && !begun.some((each) => key.startsWith(each));
}

/** Whether the table tells actions apart by a key. */
export function isTold(key: string): boolean {
  if (key.startsWith('aws:')) return key === 'aws:tagkeys' || key.startsWith('aws:requesttag/');
  return Object.hasOwn(ACTION_TABLE, key.slice(0, Math.max(0, key.indexOf(':')))) && !KEYS_OF_CREDENTIALS.includes(key);
}

/** As scripts/action-table.mjs writes it: keys, sets of them, and the set of each action. */
function decode(service: string): ReadonlyMap<string, Keys> {
  const byAction = new Map<string, Keys>();
  if (!Object.hasOwn(KEY_TABLE, service)) return byAction;
  const [keys, sets, row] = KEY_TABLE[service].split('|');
  const all = keys.split(' ').map((key) => (key.startsWith(':') ? service + key : key));
  const groups = sets.split(' ').map((set): Keys => {
    const found = set === '' ? [] : set.split(',').map((place) => all[Number.parseInt(place, 36)]);
    return {
      whole: new Set(found.filter((key) => !key.endsWith('*'))),
      begun: found.filter((key) => key.endsWith('*')).map((key) => key.slice(0, -1)),
    };
  });
  actionsMatching(`${service}:*`).forEach(({ action }, index) => {
    byAction.set(action.toLowerCase(), groups[Number.parseInt(row.slice(2 * index, 2 * index + 2), 36)]);
  });
  return byAction;
}
