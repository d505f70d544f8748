import type { Statement } from '../../model/policy';
import { actionsMatching } from '../actions/action-info';
import type { Decision } from '../decide/decision';
import { PlainGrants } from '../reach/plain-grants';
import { RelevantActions } from '../reach/relevant-actions';
import type { Principal, World } from '../world/world';

/** Where the policy on the resource must agree as well, of keys and roles, or another action must be allowed. */
const AGREED = /^(?:kms:|sts:assumerole|lambda:invokefunctionurl)/i;

let everyAction: RelevantActions | undefined;

/**
 * What a principal may do on some resource because a statement allows it on `*`, and nothing could be in the way. An
 * administrator would else be asked about every action of AWS, one at a time.
 */
export class PlainlyAllowed {
  private readonly plain: PlainGrants;

  constructor(principal: Principal, world: World) {
    this.plain = new PlainGrants(principal, { of: relevant }, world);
  }

  decision(action: string): Decision | undefined {
    return AGREED.test(action) ? undefined : this.plain.decision(action);
  }
}

function relevant(statement: Statement): readonly string[] {
  everyAction ??= new RelevantActions(actionsMatching('*').map(({ action }) => action));
  return everyAction.of(statement);
}
