import { Fn, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';

/**
 * The ARN of the one role that may change the guards of the vault after they stand: the one that was named, or else
 * the role with which CloudFormation deploys the stack, because a Deny for everybody would make the next change of the
 * bucket policy fail for all but the root user.
 */
export function guardAdministratorArn(
  at: IConstruct,
  administrator: iam.IRole | undefined,
  mend = 'name the role in `administrator`, or use a synthesizer with a CloudFormation execution role',
): string {
  if (administrator !== undefined) return administrator.roleArn;

  const deploying = deployingRoleArn(at);
  if (deploying === undefined) {
    throw misuse(at, {
      code: 'BH4002',
      what: 'it is not known which role deploys this stack',
      why: 'everybody but that role is kept from changing the guards of the vault, and without it the next deployment could not change them either',
      mend,
    });
  }
  return deploying;
}

/** The ARN of the role with which CloudFormation deploys the stack; `undefined` where that is not known. */
export function deployingRoleArn(at: IConstruct): string | undefined {
  let stack = Stack.of(at);
  while (stack.nestedStackParent !== undefined) stack = stack.nestedStackParent;
  const { cloudFormationExecutionRole } = stack.synthesizer as { cloudFormationExecutionRole?: string };
  return cloudFormationExecutionRole === undefined ? undefined : Fn.sub(cloudFormationExecutionRole);
}
