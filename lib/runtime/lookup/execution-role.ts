import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { LifecycleAnswer, LifecycleEvent } from '../cloudformation/lifecycle';

/** What is asked. */
export interface LookupEvent extends LifecycleEvent {
  readonly ResourceProperties: { readonly FunctionArn?: unknown };
}

/** What CloudFormation is told. */
export interface LookupAnswer extends LifecycleAnswer {
  readonly Data?: { readonly RoleName: string };
}

const ROLE = /^arn:[\w-]+:iam::(\d{12}):role\/([\w+=,.@-]{1,64})$/;
const FUNCTION = /^arn:[\w-]+:lambda:[\w-]+:(\d{12}):function:[\w-]{1,64}$/;

/**
 * The name of the role that a function runs as: of a function that somebody else's template makes, where no other way
 * leads to it. It changes nothing.
 *
 * A role of another account, or one with a path, is refused: the ARN that policies make of the name would be another's.
 */
export async function executionRole(event: LookupEvent, client: Pick<LambdaClient, 'send'>): Promise<LookupAnswer> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const named = event.ResourceProperties.FunctionArn;
  const PhysicalResourceId = event.PhysicalResourceId ?? (typeof named === 'string' ? named : LogicalResourceId);
  const same = { StackId, RequestId, LogicalResourceId };
  if (event.RequestType === 'Delete') return { ...same, Status: 'SUCCESS', PhysicalResourceId };
  try {
    const [arn, account] = FUNCTION.exec(String(named)) ?? [];
    if (arn === undefined) throw new Error('`FunctionArn` is not the ARN of a function');
    const { Role = '' } = await client.send(new GetFunctionConfigurationCommand({ FunctionName: arn }));
    const [, owner, RoleName = ''] = ROLE.exec(Role) ?? [];
    if (owner !== account)
      throw new Error(`the function runs as \`${Role}\`; expected a role of account ${account}, without a path`);
    // Another function is another resource: what refers to it is updated.
    return { ...same, Status: 'SUCCESS', PhysicalResourceId: arn, Data: { RoleName } };
  } catch (error) {
    return { ...same, Status: 'FAILED', Reason: (error as Error).message, PhysicalResourceId };
  }
}
