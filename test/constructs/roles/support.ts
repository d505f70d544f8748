import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { IConstruct } from 'constructs';

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
