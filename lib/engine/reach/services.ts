import { decide } from '../decide/decide';
import type { Decision } from '../decide/decision';
import type { Principal, World } from '../world/world';

const FEDERATED: ReadonlySet<string> = new Set(['cognito-identity.amazonaws.com']);

/** Whether roles trust services. Each is asked once. */
export class ServiceTrust {
  private readonly known = new Map<Principal, Map<string, Decision>>();

  constructor(private readonly world: World) {}

  /** Whether a service may take on a role. */
  admits(role: Principal, service: string): Decision {
    let ofRole = this.known.get(role);
    if (ofRole === undefined) this.known.set(role, (ofRole = new Map()));
    let found = ofRole.get(service);
    if (found === undefined) ofRole.set(service, (found = this.ask(role, service)));
    return found;
  }

  private ask(role: Principal, service: string): Decision {
    const federated = FEDERATED.has(service);
    return decide(
      {
        principal: federated ? { kind: 'federated', provider: service } : { kind: 'service', service },
        action: federated ? 'sts:AssumeRoleWithWebIdentity' : 'sts:AssumeRole',
        resource: role.arn,
      },
      this.world,
    );
  }
}
