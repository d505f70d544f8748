import { decide } from '../../lib/engine/decide/decide';
import type { Context, Decision } from '../../lib/engine/decide/decision';
import { ABSENT } from '../../lib/model/value';
import type { Caller } from './caller';
import { isFact } from './caller';
import { accessDenied } from './refusal';
import type { Guarded } from './world';
import { worldOfDeployed } from './world';
import type { PrincipalFact } from './facts';
import type { Origin } from './wire-request';

/** One permission that a request needs. */
export interface Needed {
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount?: string;
  /** What this request says of itself. A condition key that is nowhere told is open, and lets nothing through. */
  readonly context?: Context;
  readonly on: readonly Guarded[];
  /** The role that is to be assumed. */
  readonly role?: PrincipalFact;
}

/**
 * Decides with the engine of the library. Let through is only what is allowed for sure, whatever the condition keys
 * that nobody told.
 * @throws Refusal
 */
export function judge(
  caller: Caller,
  needed: readonly Needed[],
  region: string,
  origin: Origin,
  now = new Date(),
): void {
  for (const each of needed) {
    const decision = decisionOn(caller, each, region, origin, now);
    if (!decision.must || !decision.unconditional) {
      throw accessDenied(caller.shown, each.action, each.resource, whyNot(decision));
    }
  }
}

function decisionOn(caller: Caller, needed: Needed, region: string, origin: Origin, now: Date): Decision {
  const own = isFact(caller.principal) ? [caller.principal] : [];
  const role = needed.role !== undefined && needed.role.arn !== own[0]?.arn ? [needed.role] : [];
  const world = worldOfDeployed({ principals: [...own, ...role], resources: needed.on, now });
  const principal = isFact(caller.principal) ? world.principals[0] : caller.principal;
  return decide(
    {
      principal,
      action: needed.action,
      resource: needed.resource,
      ...(needed.resourceAccount === undefined ? {} : { resourceAccount: needed.resourceAccount }),
      ...(caller.session === undefined ? {} : { session: caller.session }),
      context: { ...ofConnection(region, origin, now), ...caller.context, ...needed.context },
    },
    world,
  );
}

/** What every request has, and what none has that comes over this wire. */
function ofConnection(region: string, { sourceIp, tls }: Origin, now: Date): Context {
  return {
    'aws:CurrentTime': now.toISOString(),
    'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
    'aws:RequestedRegion': region,
    'aws:SecureTransport': String(tls),
    'aws:SourceIp': sourceIp,
    'aws:SourceVpc': ABSENT,
    'aws:SourceVpce': ABSENT,
    'aws:VpcSourceIp': ABSENT,
    'aws:ViaAWSService': 'false',
    'aws:CalledVia': ABSENT,
    'aws:CalledViaFirst': ABSENT,
    'aws:CalledViaLast': ABSENT,
    'aws:SourceOwner': ABSENT,
  };
}

function whyNot({ denied, denies, unknowns, conditions }: Decision): string {
  if (denied?.by === 'explicit') {
    const sids = denies.flatMap(({ statement: { sid } }) => (sid === undefined ? [] : [sid]));
    return `explicit deny in a ${denied.layer} policy${sids.length > 0 ? `: ${[...new Set(sids)].join(', ')}` : ''}`;
  }
  if (denied !== undefined) return `no ${denied.layer} policy allows it`;
  const open = [...unknowns.map(({ detail }) => detail), ...conditions.map(({ key }) => key)];
  return `not known: it depends on ${[...new Set(open)].slice(0, 3).join('; ')}`;
}
