import { snapshotOf } from '../../../lib/assembly/snapshot';
import { targetOf } from '../../../lib/engine/answers/target';
import { whoCan } from '../../../lib/engine/answers/who-can';
import { reachOf } from '../../../lib/engine/reach/reach-of';
import { worldOf } from '../../../lib/engine/world/world-of';
import type { World, WorldOptions } from '../../../lib/engine/world/world';
import type { Access } from '../../../lib/model/answers';
import type { Resources } from '../reach/support/template';

/** The world of one template of the stack `Orders`, or of several. */
export function worldOfTemplates(bodies: Readonly<Record<string, unknown>>, options: WorldOptions = {}): World {
  return worldOf(
    snapshotOf(
      Object.entries(bodies).map(([name, body]) => ({
        name,
        file: `${name}.template.json`,
        body,
        account: '111122223333',
      })),
    ),
    options,
  );
}

export const trusting = (Principal: unknown, more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more }],
});

export const role = (statements: readonly object[] = [], more: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: trusting({ Service: 'lambda.amazonaws.com' }),
    ...(statements.length === 0
      ? {}
      : { Policies: [{ PolicyName: 'work', PolicyDocument: { Version: '2012-10-17', Statement: statements } }] }),
    ...more,
  },
});

export const at = (resource: object, path: string) => ({ ...resource, Metadata: { 'aws:cdk:path': path } });

export interface Asked {
  readonly who?: string;
  readonly action?: string;
  readonly on?: string;
  readonly options?: WorldOptions;
}

/** What the answer says of one principal. */
export function answerFor(
  resources: Resources,
  { who = 'Mallory', action = 'secretsmanager:GetSecretValue', on = 'Secret', options }: Asked = {},
): Access {
  const world = worldOfTemplates({ T: { Resources: resources } }, options);
  const target = targetOf(on, action, world);
  if (!target.ok) throw new Error(JSON.stringify(target));
  const found = whoCan(world, reachOf(world), action, target.found).principals.find((each) => each.logicalId === who);
  if (found === undefined) throw new Error(`no principal ${who}`);
  return found;
}

/** The verdict, whether it is direct, and the steps. */
export const brief = ({ decision, direct, via }: Access): string =>
  [decision, direct ? 'direct' : '', ...via.map(({ technique }) => technique)].filter((each) => each !== '').join(' ');
