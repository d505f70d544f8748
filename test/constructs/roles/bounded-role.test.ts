import { Duration } from 'aws-cdk-lib';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { BoundedRole } from '../../../lib/constructs/roles/bounded-role';
import { WorkloadRole } from '../../../lib/constructs/roles/workload-role';
import { boundaryOf, newStack, only, words } from './support';

class BareRole extends BoundedRole {
  constructor(scope: Stack, id: string, props: any = {}) {
    super(
      scope,
      id,
      { ...words, ...props },
      { roleKind: 'workload', assumedBy: props.assumedBy ?? new iam.ServicePrincipal('lambda.amazonaws.com') },
    );
  }
}

function read(bucket: string): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [`arn:aws:s3:::${bucket}/*`] });
}

describe('the boundary of a role', () => {
  it('denies everything as long as nothing is declared', () => {
    const stack = newStack();
    new BareRole(stack, 'Role');
    expect(boundaryOf(stack)).toEqual([{ Effect: 'Deny', Action: '*', Resource: '*' }]);
  });

  it('is set on the role', () => {
    const stack = newStack();
    const role = new BareRole(stack, 'Role');
    expect(only(stack, 'AWS::IAM::Role').Properties.PermissionsBoundary).toEqual(
      stack.resolve(role.boundary.managedPolicyArn),
    );
  });

  it('takes what is permitted at creation, later and at synthesis, and nothing else', () => {
    const stack = newStack();
    const role = new BareRole(stack, 'Role', { permits: [read('first')] });
    role._extendBoundaryLater(() => [read('third')]);
    role.extendBoundary(read('second'));
    const [statement, ...more] = boundaryOf(stack);
    expect(more).toEqual([]);
    expect(statement).toMatchObject({ Effect: 'Allow', Action: 's3:GetObject' });
    expect([...statement.Resource].sort()).toEqual(
      ['first', 'second', 'third'].map((each) => `arn:aws:s3:::${each}/*`),
    );
  });

  it('is granted and bounded alike by what it is allowed', () => {
    const stack = newStack();
    new BareRole(stack, 'Role').allow(read('first'));
    const [bounded] = boundaryOf(stack);
    const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    expect(policy?.Properties.PolicyDocument.Statement).toEqual([bounded]);
  });

  it('takes statements that the user adds to the managed policy itself', () => {
    const stack = newStack();
    new BareRole(stack, 'Role', { permits: [read('first')] }).boundary.addStatements(read('by-hand'));
    expect(JSON.stringify(boundaryOf(stack))).toContain('by-hand');
  });

  it('fails the synth with number and limit where IAM would refuse its size', () => {
    const stack = newStack();
    const role = new BareRole(stack, 'Role');
    for (let i = 0; i < 100; i++) role.extendBoundary(read(`bucket-with-quite-a-long-name-to-fill-the-policy-${i}`));
    expect(() => Template.fromStack(stack)).toThrow(
      /BH2005: the permissions boundary is up to \d{4} characters long, the limit is 6144, at Orders\/Role;.*split the role/,
    );
  });
});

describe('a grant of another construct', () => {
  function granted(declare: (role: BareRole) => void) {
    const stack = newStack();
    const role = new BareRole(stack, 'Role');
    const bucket = new s3.Bucket(stack, 'Data');
    declare(role);
    bucket.grantRead(role);
    return stack;
  }

  it('fails the synth outside of the boundary, with the role, the grant, what it is on, and the mend', () => {
    const stack = granted((role) => role.extendBoundary(read('first')));
    expect(() => Template.fromStack(stack)).toThrow(
      /BH2013: the grant of `s3:getbucket\*`, `s3:list\*` on Orders\/Data to Orders\/Role is outside of its permissions boundary, at Orders\/Role\/DefaultPolicy; .*`role.allow\(statement\)`.*`role.extendBoundary\(statement\)`/i,
    );
  });

  it('fails the synth of a role that declares nothing', () => {
    expect(() => Template.fromStack(granted(() => undefined))).toThrow(/BH2013.*s3:GetObject/i);
  });

  it('fails the synth where the boundary denies it, even if it allows everything', () => {
    const everything = new iam.PolicyStatement({ actions: ['*'], resources: ['*'] });
    const deny = new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['s3:Get*'], resources: ['*'] });
    expect(() => Template.fromStack(granted((role) => role.extendBoundary(everything, deny)))).toThrow(
      /BH2013: the grant of `s3:getobject\*`, `s3:getbucket\*` on/i,
    );
  });

  it('fails the synth where the boundary has room for the actions on other resources only', () => {
    const stack = newStack();
    const role = new BareRole(stack, 'Role', { permits: [read('first')] });
    role.addToPolicy(read('second'));
    expect(() => Template.fromStack(stack)).toThrow(/BH2013: the grant of `s3:getobject` to Orders\/Role/i);
  });

  it('fails the synth from a policy in another place too, which is named', () => {
    const stack = newStack();
    const role = new BareRole(stack, 'Role', { permits: [read('first')] });
    new iam.Policy(stack, 'Elsewhere', { roles: [role], statements: [read('second')] });
    expect(() => Template.fromStack(stack)).toThrow('at Orders/Elsewhere;');
  });

  it('holds within the boundary', () => {
    const room = new iam.PolicyStatement({
      actions: ['s3:GetObject*', 's3:GetBucket*', 's3:List*'],
      resources: ['arn:aws:s3:::*'],
    });
    expect(() => Template.fromStack(granted((role) => role.extendBoundary(room)))).not.toThrow();
  });
});

describe('what a role declares', () => {
  it.each([
    ['owner', { owner: ' ' }],
    ['purpose', { purpose: '' }],
  ])('is refused without %s', (name, props) => {
    expect(() => new BareRole(newStack(), 'Role', props)).toThrow(`BH2001: \`${name}\` is empty, at Orders/Role`);
  });

  it('travels in the template', () => {
    const stack = newStack();
    new BareRole(stack, 'Role');
    expect(only(stack, 'AWS::IAM::Role').Metadata['cdk-bulkhead']).toEqual({
      kind: 'role',
      roleKind: 'workload',
      path: 'Orders/Role',
      owner: 'orders-team',
      purpose: 'order entry',
      trusts: ['service lambda.amazonaws.com'],
      requires: [],
    });
  });

  it('says until when it has to be looked at', () => {
    const stack = newStack();
    new BareRole(stack, 'Role', { reviewOn: '2027-06-30' });
    expect(only(stack, 'AWS::IAM::Role').Metadata['cdk-bulkhead'].reviewOn).toBe('2027-06-30');
  });

  it.each(['soon', '2027-02-30', '30.06.2027'])('is refused with a review on %s', (reviewOn) => {
    expect(() => new BareRole(newStack(), 'Role', { reviewOn })).toThrow(/BH2011: `reviewOn` must be a date.*got/);
  });

  it('gives sessions of one hour', () => {
    const stack = newStack();
    new BareRole(stack, 'Role');
    expect(only(stack, 'AWS::IAM::Role').Properties.MaxSessionDuration).toBe(3600);
  });

  it.each([59, 12 * 60 + 1])('is refused with sessions of %d minutes', (minutes) => {
    expect(() => new BareRole(newStack(), 'Role', { maxSessionDuration: Duration.minutes(minutes) })).toThrow(
      'BH2002: `maxSessionDuration` must be between 1 and 12 hours, got',
    );
  });

  it('takes sessions of twelve hours', () => {
    const stack = newStack();
    new BareRole(stack, 'Role', { maxSessionDuration: Duration.hours(12) });
    expect(only(stack, 'AWS::IAM::Role').Properties.MaxSessionDuration).toBe(43_200);
  });

  it('is refused with a name of 65 characters, and taken with 64', () => {
    expect(() => new BareRole(newStack(), 'Role', { roleName: 'n'.repeat(65) })).toThrow(/BH2003: .*\(65\)/);
    expect(() => new BareRole(newStack(), 'Role', { roleName: 'n'.repeat(64) })).not.toThrow();
  });

  it.each([
    ['AnyPrincipal', new iam.AnyPrincipal()],
    ['StarPrincipal', new iam.StarPrincipal()],
    ['everyone under a condition', new iam.AnyPrincipal().withConditions({ StringEquals: { 'aws:x': 'y' } })],
  ])('is refused where the trust names everyone: %s', (_, assumedBy) => {
    expect(() => new BareRole(newStack(), 'Role', { assumedBy })).toThrow('BH2004: the trust policy names everyone');
  });
});

describe('BoundedRole.isBoundedRole', () => {
  it('knows its own kind without the class', () => {
    const stack = newStack();
    expect(BoundedRole.isBoundedRole(new BareRole(stack, 'Role'))).toBe(true);
    expect(BoundedRole.isBoundedRole(new iam.Role(stack, 'Plain', { assumedBy: new iam.AccountRootPrincipal() }))).toBe(
      false,
    );
    expect(BoundedRole.isBoundedRole(undefined)).toBe(false);
    expect(BoundedRole.isBoundedRole('role')).toBe(false);
  });
});

describe('WorkloadRole', () => {
  it('leaves room for the logs and traces of a Lambda function and grants nothing', () => {
    const stack = newStack();
    new WorkloadRole(stack, 'Role', { ...words, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    expect(boundaryOf(stack)).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: {
          'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':logs:eu-west-1:111122223333:log-group:*']],
        },
      },
      { Effect: 'Allow', Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], Resource: '*' },
    ]);
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
  });
});
