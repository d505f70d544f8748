import type { DutyDefinition } from '../../model/separation';
import { actionsMatching } from '../actions/action-info';

/** A duty that an action may be part of. */
export interface Wanted {
  readonly duty: string;
  /** Kinds of resources, or patterns of ARNs; absent where any resource counts. */
  readonly on?: readonly string[];
}

/** The duties by action; patterns of actions are written out, as far as the table of actions has them. */
export function wantedBy(duties: readonly DutyDefinition[]): ReadonlyMap<string, readonly Wanted[]> {
  const found = new Map<string, Wanted[]>();
  for (const { id, permissions } of duties) {
    for (const { actions, on } of permissions) {
      for (const action of actions.flatMap(written)) {
        const list = found.get(action) ?? [];
        found.set(action, [...list, { duty: id, ...(on === undefined ? {} : { on }) }]);
      }
    }
  }
  return found;
}

/** An action that the table does not have stays as it is: it may be new. */
function written(pattern: string): readonly string[] {
  const known = actionsMatching(pattern).map(({ action }) => action);
  return known.length > 0 ? known : [pattern];
}
