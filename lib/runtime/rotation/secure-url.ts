import { RotationRefusal } from './refusal';

/** An address that a new value may be sent to, where there is one. @throws RotationRefusal where it is not of HTTPS */
export function secureUrl(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const url = environment[name];
  if (url === undefined || (URL.canParse(url) && new URL(url).protocol === 'https:')) return url;
  throw new RotationRefusal(`${name} is not an address of HTTPS`);
}

/** Follows no redirect: the value would go along to wherever it leads. */
export function tryAt(url: string, request: RequestInit): Promise<Response> {
  return fetch(url, { ...request, redirect: 'error', signal: AbortSignal.timeout(10_000) });
}
