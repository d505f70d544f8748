import type { Ask, Besides, Need, TargetKind, Technique } from '../technique';

export type Actions = string | readonly string[];
export type Extra = Partial<Pick<Technique, 'exists' | 'doubt' | 'shown' | 'profile'>>;

/**
 * What is changed of a REST API holds once a deployment has it.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-create-attach.html
 */
export const DEPLOYED = { doubt: 'when the API is next deployed: a change asks for it' };

const list = (actions: Actions): readonly string[] => (typeof actions === 'string' ? [actions] : actions);
export const on = (actions: Actions, about?: Ask['about']): Ask => ({
  actions: list(actions),
  on: 'target',
  ...(about === undefined ? {} : { about }),
});
export const any = (actions: Actions, about?: Ask['about']): Ask => ({ ...on(actions, about), on: 'anything' });

/** The same call on what it is about besides. */
export const besides = (action: string, arns: Actions, orElse?: Besides['orElse']): Ask => ({
  actions: [action],
  on: { arns: list(arns).map((each) => `arn:*:${each}`), ...(orElse === undefined ? {} : { orElse }) },
});

/** All that AWS asks for where it launches an instance or submits a job; of a function no layer, which it takes too. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  'ec2:RunInstances': [
    'ec2:*:*:instance/?*',
    'ec2:*:*:image/?*',
    'ec2:*:*:network-interface/?*',
    'ec2:*:*:security-group/?*',
    'ec2:*:*:subnet/?*',
    'ec2:*:*:volume/?*',
  ],
  'lambda:CreateFunction': ['lambda:*:*:function:?*'],
  'batch:SubmitJob': ['batch:*:*:job-definition/?*', 'batch:*:*:job-queue/?*'],
};

/** One call, on all that it is about. */
function one(actions: Actions): Need {
  const also = typeof actions === 'string' ? (ALSO[actions] ?? []) : [];
  return [any(actions), ...also.map((each) => besides(actions as string, each))];
}

/** Hands the role to a new or changed resource of a service; `calls` in the same call, `then` by whomever. */
export function pass(
  id: string,
  references: readonly string[],
  services: Actions,
  calls: readonly Actions[],
  then: readonly Actions[] = [],
  extra: Extra = {},
): Technique {
  const handOver: Need = [on('iam:PassRole', 'pass'), ...calls.flatMap(one)];
  return {
    id,
    references,
    target: 'role',
    needs: [handOver, ...then.map(one)],
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
