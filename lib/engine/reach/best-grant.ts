import type { Grant } from './ability';

/** The first that is sure, else the first at all. */
export function best(grants: readonly (() => Grant | undefined)[]): Grant | undefined {
  let found: Grant | undefined;
  for (const each of grants) {
    const grant = each();
    if (grant?.decision.must === true) return grant;
    found ??= grant;
  }
  return found;
}
