import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { CfnResource } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { decide } from '../../../lib/engine/decide/decide';
import { worldOf } from '../../../lib/engine/world/world-of';
import type { World } from '../../../lib/engine/world/world';

export const words = { owner: 'orders-team', purpose: 'order entry' };

export function newStack(): Stack {
  return new Stack(new App(), 'Orders', { env: { account: '111122223333', region: 'eu-west-1' } });
}

/** The one resource of a type. */
export function only(scope: IConstruct, type: string): any {
  const found = Object.values(Template.fromStack(Stack.of(scope)).findResources(type));
  if (found.length !== 1) throw new Error(`expected one ${type}, got ${found.length}`);
  return found[0];
}

/** The statements of the trust policy of the only role. */
export function trustOf(scope: IConstruct): any[] {
  return only(scope, 'AWS::IAM::Role').Properties.AssumeRolePolicyDocument.Statement;
}

/** The statements of the boundary of the only role. */
export function boundaryOf(scope: IConstruct): any[] {
  return only(scope, 'AWS::IAM::ManagedPolicy').Properties.PolicyDocument.Statement;
}

/** The world of a stack as it is synthesized, for questions to the engine. */
export function worldOfStack(stack: Stack): World {
  const { account, region } = stack;
  const body = Template.fromStack(stack).toJSON();
  return worldOf(snapshotOf([{ name: stack.node.path, file: 'stack.template.json', account, region, body }]));
}

/** `must`, `may` or `no`: whether a role of the stack may do it; `closed`: where what is not in the context is absent. */
export function mayDo(
  world: World,
  role: iam.Role,
  action: string,
  resource = '*',
  context: Record<string, string> = {},
  closed = false,
): string {
  const stack = Stack.of(role);
  const logicalId = stack.resolve((role.node.defaultChild as CfnResource).logicalId);
  const principal = world.principal(`${stack.node.path}#${logicalId}`);
  if (principal === undefined) throw new Error(`no principal ${logicalId}`);
  const { may, must } = decide({ principal, action, resource, context, closed }, world);
  return must ? 'must' : may ? 'may' : 'no';
}
