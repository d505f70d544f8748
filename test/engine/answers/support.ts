import { snapshotOf } from '../../../lib/assembly/snapshot';
import { worldOf } from '../../../lib/engine/world/world-of';
import type { World, WorldOptions } from '../../../lib/engine/world/world';

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
