import { ABSENT } from '../../model/value';
import type { Known } from '../conditions/known';
import type { Context, ContextValue } from './decision';

/** The keys that were chosen, as a context. Of a key that has any of several values there is none, or an example. */
export function contextOf(values: ReadonlyMap<string, Known>): Context {
  const found: Record<string, ContextValue> = {};
  for (const [key, value] of values) {
    if (value.state === 'absent') found[key] = ABSENT;
    else if (value.state === 'known') found[key] = value.values.length === 1 ? value.values[0] : value.values;
    else if (value.state === 'one-of' && value.example !== undefined) found[key] = value.example;
  }
  return found;
}
