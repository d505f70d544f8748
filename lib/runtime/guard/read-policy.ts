import { parseTemplate } from '../../engine/compile/endpoint-template';
import type { Segment } from '../../engine/compile/endpoint-template';
import type { GuardToken } from '../../model/guard-policy';
import { isList, mapOf, textOf } from './json';
import type { JsonMap } from './json';

/** A policy that was read: nothing in it is left to doubt. */
export interface ReadPolicy {
  readonly stage: string;
  /** By name, `GET /orders/{id}`. */
  readonly endpoints: ReadonlyMap<string, ReadEndpoint>;
}

/** An endpoint with its template taken apart, and who may call it. */
export interface ReadEndpoint {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly segments: readonly Segment[];
  /** `111122223333/Name`. */
  readonly roles: ReadonlySet<string>;
  readonly tokens: readonly GuardToken[];
}

/** Reads a policy, or says why it cannot be read. One thing that is wrong makes the whole of it void: nobody passes. */
export function readPolicy(policy: unknown): ReadPolicy | string {
  const { version, stage, callers, endpoints } = mapOf(policy);
  if (version !== 1) return 'it has no version that this guard knows';
  if (textOf(stage) === undefined) return 'it names no stage';
  if (!Array.isArray(callers)) return 'it has no callers';
  const read = callers.map(readCaller);
  if (read.includes(undefined)) return `caller ${read.indexOf(undefined)} cannot be read`;
  const found = new Map<string, ReadEndpoint>();
  for (const [name, places] of Object.entries(mapOf(endpoints))) {
    const [method, path = '', ...more] = name.split(' ');
    const segments = parseTemplate(path);
    if (!/^[A-Z]+$/.test(method) || method === 'ANY' || typeof segments === 'string' || more.length > 0) {
      return `\`${name}\` is no endpoint`;
    }
    if (!Array.isArray(places) || places.length === 0) return `\`${name}\` has no callers`;
    // Not `read[place]` alone: a place such as -1 or `length` is none.
    if (!places.every((place) => Number.isInteger(place) && place >= 0 && place < read.length)) {
      return `\`${name}\` has a caller that is not listed`;
    }
    const its = places.map((place: number) => read[place]);
    const roles = new Set(its.filter((each) => typeof each === 'string'));
    const tokens = its.filter((each) => typeof each === 'object');
    found.set(name, { name, method, path, segments, roles, tokens });
  }
  if (found.size === 0) return 'it has no endpoints';
  return { stage: stage as string, endpoints: found };
}

function readCaller(caller: unknown): string | GuardToken | undefined {
  if (typeof caller !== 'string') return readToken(mapOf(caller));
  // Partition, account, path and name of a role's ARN; a session's ARN has no path either.
  const [, account, name] =
    /^arn:aws(?:-[a-z]+)*:iam::(\d{12}):role\/(?:[\w!-~]+\/)*([\w+=,.@-]{1,64})$/.exec(caller) ??
    /^(\d{12})\/([\w+=,.@-]{1,64})$/.exec(caller) ??
    [];
  return account === undefined ? undefined : `${account}/${name}`;
}

function readToken({ issuer, audience, scopes, use }: JsonMap): GuardToken | undefined {
  if (textOf(issuer) === undefined || !isList(audience)) return undefined;
  if (scopes !== undefined && !isList(scopes)) return undefined;
  if (use !== undefined && use !== 'access' && use !== 'id') return undefined;
  return { issuer: issuer as string, audience, scopes, use };
}
