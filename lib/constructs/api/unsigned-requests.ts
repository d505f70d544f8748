import * as iam from 'aws-cdk-lib/aws-iam';
import { KEYLESS } from '../../engine/compile/access-matrix';

const VERBS = ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT', 'OPTIONS'];

/** The endpoints of an API, and its stage. */
export interface Called {
  readonly stage: string;
  readonly endpoints: readonly { readonly method: string; readonly callers: readonly string[] }[];
}

/**
 * Where preflights or tokens are let through without a signature, the guard spares whoever has none, since a resource policy
 * cannot say "all but these paths". This denies them the verbs that no such endpoint has: of an API with CORS and nothing
 * called with tokens, all but OPTIONS. A method that somebody adds there without authorization stays closed.
 *
 * INVARIANT: a request with a signature has a principal, and is not concerned.
 */
export function unsignedDenies({ stage, endpoints }: Called): iam.PolicyStatement[] {
  const open = new Set(endpoints.filter(({ callers }) => callers.includes(KEYLESS)).map(({ method }) => method));
  const closed = VERBS.filter((verb) => !open.has(verb));
  // Without any, the Deny of whoever is no caller is for them, too.
  if (open.size === 0 || closed.length === 0) return [];
  return [
    new iam.PolicyStatement({
      sid: 'OnlySigned',
      effect: iam.Effect.DENY,
      principals: [new iam.StarPrincipal()],
      actions: ['execute-api:Invoke'],
      resources: closed.map((verb) => `execute-api:/${stage}/${verb}/*`),
      conditions: { Null: { 'aws:PrincipalArn': 'true' } },
    }),
  ];
}
