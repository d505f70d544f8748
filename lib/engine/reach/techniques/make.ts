import type { Ask, Need, TargetKind, Technique } from '../technique';

export type Actions = string | readonly string[];
export type Extra = Partial<Pick<Technique, 'exists' | 'doubt' | 'shown' | 'profile'>>;

const list = (actions: Actions): readonly string[] => (typeof actions === 'string' ? [actions] : actions);
export const on = (actions: Actions, about?: Ask['about']): Ask => ({
  actions: list(actions),
  on: 'target',
  ...(about === undefined ? {} : { about }),
});
export const any = (actions: Actions, about?: Ask['about']): Ask => ({ ...on(actions, about), on: 'anything' });

/** Hands the role to a new or changed resource of a service; `calls` in the same call, `then` by whomever. */
export function pass(
  id: string,
  references: readonly string[],
  services: Actions,
  calls: readonly Actions[],
  then: readonly Actions[] = [],
  extra: Extra = {},
): Technique {
  const handOver: Need = [on('iam:PassRole', 'pass'), ...calls.map((each) => any(each))];
  return {
    id,
    references,
    target: 'role',
    needs: [handOver, ...then.map((each) => [any(each)])],
    gain: 'become',
    services: list(services),
    ...extra,
  };
}

/** Takes over something that runs with a role already. */
export function control(
  id: string,
  references: readonly string[],
  target: TargetKind,
  asks: readonly Ask[],
  extra: Extra = {},
): Technique {
  return { id, references, target, needs: asks.map((each) => [each]), gain: 'become', ...extra };
}

/** One call on the target. */
export function call(
  id: string,
  references: readonly string[],
  target: TargetKind,
  gain: Technique['gain'],
  actions: Actions,
  extra: Extra & { readonly about?: Ask['about'] } = {},
): Technique {
  const { about, ...rest } = extra;
  return { id, references, target, needs: [[on(actions, about)]], gain, ...rest };
}
