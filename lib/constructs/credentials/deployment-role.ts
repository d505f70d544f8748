import { Fn, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';

/**
 * The role that CloudFormation acts as when it deploys the stack, as its synthesizer has it: by default that of the CDK's
 * bootstrap.
 *
 * @throws BH3014 where the stack is deployed as whoever deploys it, who has no name
 */
export function deploymentRole(scope: Construct, id: string): iam.IRole {
  // Of some synthesizers only; that of nested stacks has none.
  const synthesizer = outermost(Stack.of(scope)).synthesizer as { readonly cloudFormationExecutionRoleArn?: string };
  const arn = synthesizer.cloudFormationExecutionRoleArn;
  if (arn !== undefined) {
    // The synthesizer names it for the manifest, with the placeholders of a template in its text.
    return iam.Role.fromRoleArn(scope, id, arn.includes('${') ? Fn.sub(arn) : arn, { mutable: false });
  }
  throw misuse(scope, {
    code: 'BH3014',
    what: 'the stack has no role for its deployment',
    why: 'the deployment makes the first password and hands it to the database, so that the policies of secret and key have to name it',
    mend: 'name the role in `deploymentRole`, or use a synthesizer that has one',
  });
}

function outermost(stack: Stack): Stack {
  return stack.nestedStackParent === undefined ? stack : outermost(stack.nestedStackParent);
}
