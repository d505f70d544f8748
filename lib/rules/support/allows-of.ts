import { coversAction } from './coverage';
import type { Principal } from '../../engine/world/world';
import type { Statement } from '../../model/policy';

/** The Allows of a principal that may be about one of these actions: what stands behind a finding on its permissions. */
export function allowsOf(principal: Principal | undefined, actions: readonly string[]): readonly Statement[] {
  return (principal?.policies ?? [])
    .flatMap(({ document }) => document.statements)
    .filter((each) => each.effect === 'Allow' && actions.some((action) => coversAction(each.actions, action) !== 'no'));
}
