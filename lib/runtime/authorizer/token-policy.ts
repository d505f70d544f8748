import { compileAccessMatrix } from '../../engine/compile/access-matrix';
import type { ScopedEndpoint } from './settings';

/** What a token may call, as resources of a policy. */
export interface TokenPatterns {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

const BEARER = 'bearer';
const OTHERS = 'others';

/**
 * The resources of all endpoints that a token with these scopes may call, and the Denies for what their patterns would
 * also match. All, and not only the one that is called now: API Gateway keeps the policy and uses it for every endpoint.
 * Compiled and checked like the policies of roles; `undefined` where that fails.
 */
export function tokenPatterns(
  endpoints: readonly ScopedEndpoint[],
  scopes: readonly string[],
  stage: string,
): TokenPatterns | undefined {
  const granted = endpoints.map((each) => each.scopes.every((scope) => scopes.includes(scope)));
  if (!granted.includes(true)) return { allow: [], deny: [] };
  const access = compileAccessMatrix({
    stage,
    endpoints: endpoints.map(({ method, path }, at) => ({ method, path, callers: [granted[at] ? BEARER : OTHERS] })),
  });
  return access.ok ? access.identity.get(BEARER) : undefined;
}
