import type { ExampleTemplate } from '../rule';

/** A trust policy for a Lambda function: nothing in it is worth a finding. */
export const LAMBDA_TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** A template with one resource called `Example`. */
export function example(Type: string, Properties: Readonly<Record<string, unknown>>): ExampleTemplate {
  return { Resources: { Example: { Type, Properties } } };
}

/** A role with one inline policy of one statement. */
export function roleThatMay(statement: Readonly<Record<string, unknown>>): ExampleTemplate {
  return example('AWS::IAM::Role', {
    AssumeRolePolicyDocument: LAMBDA_TRUST,
    Policies: [{ PolicyName: 'work', PolicyDocument: { Version: '2012-10-17', Statement: [statement] } }],
  });
}

/** A role with one trust statement. */
export function roleTrusting(
  statement: Readonly<Record<string, unknown>>,
  properties: Readonly<Record<string, unknown>> = {},
): ExampleTemplate {
  return example('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }],
    },
    ...properties,
  });
}

/** A policy of the role `Example`, which is a resource of the same template, with one action on that role. */
export function policyOnItself(action: string): Readonly<Record<string, unknown>> {
  return {
    Type: 'AWS::IAM::Policy',
    Properties: {
      PolicyName: 'work',
      Roles: [{ Ref: 'Example' }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: action, Resource: { 'Fn::GetAtt': ['Example', 'Arn'] } }],
      },
    },
  };
}
