import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { actionInfo } from '../../../lib/engine/actions/action-info';
import { ACTION_TABLE } from '../../../lib/engine/actions/action-table';
import { COUNTED_BY, MANAGED_POLICY_TABLE } from '../../../lib/engine/actions/managed-policy-table';
import { awsManagedPolicy } from '../../../lib/engine/world/managed-policies';
import { ask, role, world } from '../decide/support';

const allowedBy = (name: string, action: string, resource = '*'): string =>
  ask(world({ Role: role([], { Policies: [], ManagedPolicyArns: [`arn:aws:iam::aws:policy/${name}`] }) }), {
    action,
    resource,
  });
const OBJECT = 'arn:aws:s3:::docs/a';
const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:key-AbCdEf';

describe('what common managed policies of AWS allow', () => {
  it.each([
    ['ReadOnlyAccess', 's3:GetObject', OBJECT, 'must'],
    ['ReadOnlyAccess', 's3:PutObject', OBJECT, 'no'],
    ['ReadOnlyAccess', 'secretsmanager:DescribeSecret', SECRET, 'must'],
    ['ReadOnlyAccess', 'secretsmanager:GetSecretValue', SECRET, 'no'],
    ['ReadOnlyAccess', 'iam:GetRole', 'arn:aws:iam::111122223333:role/r', 'must'],
    ['ReadOnlyAccess', 'iam:PassRole', 'arn:aws:iam::111122223333:role/r', 'no'],
    ['SecurityAudit', 'iam:GetRolePolicy', 'arn:aws:iam::111122223333:role/r', 'must'],
    ['SecurityAudit', 's3:GetBucketPolicy', 'arn:aws:s3:::docs', 'must'],
    ['SecurityAudit', 's3:GetObject', OBJECT, 'no'],
    ['job-function/ViewOnlyAccess', 's3:ListAllMyBuckets', '*', 'must'],
    ['job-function/ViewOnlyAccess', 's3:GetObject', OBJECT, 'no'],
    ['job-function/SystemAdministrator', 'ec2:RunInstances', '*', 'must'],
    ['job-function/SystemAdministrator', 'iam:PassRole', 'arn:aws:iam::111122223333:role/rds-monitoring-role', 'must'],
    ['job-function/SystemAdministrator', 'iam:PassRole', 'arn:aws:iam::111122223333:role/admin', 'no'],
    ['job-function/Billing', 'budgets:ModifyBudget', '*', 'must'],
    ['PowerUserAccess', 'lambda:CreateFunction', '*', 'must'],
    ['PowerUserAccess', 'iam:CreateRole', '*', 'no'],
    ['IAMFullAccess', 'iam:CreateRole', '*', 'must'],
    ['AWSLambda_FullAccess', 'iam:PassRole', 'arn:aws:iam::111122223333:role/r', 'must'],
    ['service-role/AWSLambdaBasicExecutionRole', 'logs:PutLogEvents', '*', 'must'],
    ['service-role/AWSLambdaBasicExecutionRole', 's3:GetObject', OBJECT, 'no'],
    ['NoSuchPolicyOfAws', 's3:GetObject', OBJECT, 'may'],
  ])('%s, %s on %s: %s', (name, action, resource, expected) => {
    expect(allowedBy(name, action, resource)).toBe(expected);
  });

  it('honours conditions: AWSLambda_FullAccess passes roles to Lambda only', () => {
    const statement = awsManagedPolicy('AWSLambda_FullAccess')?.statements.find(({ actions }) =>
      actions.patterns.includes('iam:PassRole'),
    );
    expect(statement?.conditions).toMatchObject([{ key: 'iam:passedtoservice', values: ['lambda.amazonaws.com'] }]);
  });

  it('can be read, all of them, and name actions that AWS has', () => {
    for (const name of Object.keys(MANAGED_POLICY_TABLE)) {
      const document = awsManagedPolicy(name);
      expect(document?.unknowns, name).toEqual([]);
      expect(document?.statements.length, name).toBeGreaterThan(0);
    }
    const patterns = awsManagedPolicy('ReadOnlyAccess')?.statements.flatMap(({ actions }) => actions.patterns) ?? [];
    const exact = patterns.filter((each): each is string => typeof each === 'string' && !each.includes('*'));
    expect(exact.length).toBeGreaterThan(1500);
    const granting = exact.filter((each) => actionInfo(each)?.level === 'permissions');
    expect(granting.filter((each) => !each.includes(':Get'))).toEqual([]);
  });

  it('count actions as the action table does', () => {
    const counted = createHash('sha256').update(JSON.stringify(ACTION_TABLE)).digest('hex').slice(0, 16);
    expect(COUNTED_BY, 'run scripts/managed-policy-table.mjs').toBe(counted);
  });
});
