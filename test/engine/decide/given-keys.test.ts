import { describe, expect, it } from 'vitest';
import { allow, ask, deny, principal, role, world } from './support';

type Json = Readonly<Record<string, unknown>>;
const get = { action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/key' };
const TODAY = { today: '2026-03-01' };

function reads(Condition: Json, more: readonly Json[] = [], options = {}): string {
  return ask(world({ Role: role([allow('s3:*', '*', { Condition }), ...more]) }, options), get);
}

describe('the time of a request is nobody’s to choose', () => {
  it.each<[Json, string]>([
    [{ DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } }, 'no'],
    [{ DateLessThanEquals: { 'aws:CurrentTime': '2026-02-28T23:59:59Z' } }, 'no'],
    [{ NumericLessThan: { 'aws:EpochTime': '1577836800' } }, 'no'],
    [{ DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } }, 'must'],
    [{ NumericGreaterThan: { 'aws:EpochTime': '1577836800' } }, 'must'],
    [{ DateLessThan: { 'aws:CurrentTime': '2900-01-01T00:00:00Z' } }, 'must'],
    // What begins or ends today may have begun, and may not.
    [{ DateLessThan: { 'aws:CurrentTime': '2026-03-01T12:00:00Z' } }, 'may'],
    [{ DateGreaterThan: { 'aws:CurrentTime': '2026-03-01T12:00:00Z' } }, 'may'],
    [{ DateGreaterThan: { 'aws:CurrentTime': '2900-01-01T00:00:00Z' } }, 'may'],
    [
      {
        DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' },
        DateLessThan: { 'aws:CurrentTime': '2026-02-01T00:00:00Z' },
      },
      'no',
    ],
    [
      {
        DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' },
        DateLessThan: { 'aws:CurrentTime': '2026-04-01T00:00:00Z' },
      },
      'must',
    ],
    [{ Null: { 'aws:CurrentTime': 'true' } }, 'no'],
    [{ StringLike: { 'aws:CurrentTime': '2026-*' } }, 'may'],
  ])('%j is %s on the day of the question', (condition, found) => {
    expect(reads(condition, [], TODAY)).toBe(found);
  });

  it('and where nobody says which day it is, only that this was written is past', () => {
    const before = (year: string): Json => ({ DateLessThan: { 'aws:CurrentTime': `${year}-01-01T00:00:00Z` } });
    expect([reads(before('2020')), reads(before('2900'))]).toEqual(['no', 'may']);
    expect(reads({ DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } })).toBe('must');
  });

  it.each([
    ['2020', 'no'],
    ['2900', 'must'],
  ])('a Deny from %s on: %s', (year, found) => {
    const after = deny('s3:*', '*', {
      Condition: { DateGreaterThan: { 'aws:CurrentTime': `${year}-01-01T00:00:00Z` } },
    });
    expect(reads({}, [after], TODAY)).toBe(found);
  });
});

describe('who asks may ask directly', () => {
  const via = (value: string): Json => ({ Bool: { 'aws:ViaAWSService': value } });

  it.each([
    ['false', 'must'],
    // Whether a service would ask for somebody is nobody's to choose.
    ['true', 'may'],
  ])('by a service: %s, is %s', (value, found) => expect(reads(via(value), [], TODAY)).toBe(found));

  it('so that a Deny of services keeps nobody out', () => {
    expect(reads({}, [deny('*', '*', { Condition: via('true') })], TODAY)).toBe('must');
    expect(reads({}, [deny('*', '*', { Condition: via('false') })], TODAY)).toBe('may');
  });
});

describe('a session is of today or the day before', () => {
  const revoked = (before: string): Json =>
    deny('*', '*', { Condition: { DateLessThan: { 'aws:TokenIssueTime': before } } });

  it.each([
    ['2026-02-01T00:00:00Z', 'must'],
    ['2900-01-01T00:00:00Z', 'may'],
    // Whoever has a session that is revoked starts another one, as soon as it is later.
    ['2026-03-01T12:00:00Z', 'may'],
  ])('what was issued before %s is denied: %s', (before, found) => {
    expect(reads({}, [revoked(before)], TODAY)).toBe(found);
  });

  it('and a long while before there was none', () => {
    const old = (before: string): Json => ({ DateLessThan: { 'aws:TokenIssueTime': before } });
    expect(reads(old('2026-02-27T00:00:00Z'), [], TODAY)).toBe('no');
    expect(reads(old('2026-02-28T18:00:00Z'), [], TODAY)).toBe('may');
  });

  it('a user may come with an access key, which was issued at no time', () => {
    const statements = [allow('s3:*'), revoked('2900-01-01T00:00:00Z')];
    const User = {
      Type: 'AWS::IAM::User',
      Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }] },
    };
    const of = world({ User, Role: role(statements) }, TODAY);
    expect([ask(of, { ...get, principal: principal(of, 'User') }), ask(of, get)]).toEqual(['must', 'may']);
  });
});

describe('nobody chooses the organization', () => {
  it.each<[Json, string]>([
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, 'may'],
    [{ StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } }, 'may'],
    [{ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-1/*' } }, 'may'],
    [{ StringEquals: { 'aws:ResourceOrgID': 'o-1' } }, 'may'],
    [{ StringEqualsIfExists: { 'aws:PrincipalOrgID': ['o-1', 'o-2'] } }, 'may'],
    // Whoever asks chooses from where.
    [{ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, 'must'],
    [{ StringEquals: { 'aws:PrincipalAccount': '111122223333' } }, 'must'],
  ])('%j is %s', (condition, found) => {
    expect(reads(condition)).toBe(found);
  });

  it('so that trust in everybody of one is possible, for those outside as well', () => {
    const trust = (Condition: Json): Json =>
      role([], {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole', Condition }],
        },
      });
    const asked = (Condition: Json): string => {
      const of = world({ Role: trust(Condition) });
      const outside = { kind: 'arn', arn: 'arn:aws:iam::999988887777:root' } as const;
      return ask(of, { principal: outside, action: 'sts:AssumeRole', resource: principal(of).arn });
    };
    expect(asked({ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } })).toBe('may');
    expect(asked({ StringEquals: { 'sts:ExternalId': 'e' } })).toBe('must');
  });
});

describe('whether a function was called by its URL', () => {
  const Url = (rest: Json = {}): Json => ({
    Type: 'AWS::Lambda::Url',
    Properties: { TargetFunctionArn: { Ref: 'Function' }, AuthType: 'AWS_IAM' },
    ...rest,
  });
  const calls = (value: string, more: Json = {}, sections: Json = {}): string => {
    const Condition = { Bool: { 'lambda:InvokedViaFunctionUrl': value } };
    const Function = { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'f' } };
    const Role = role([allow('lambda:InvokeFunction', '*', { Condition })]);
    const of = world({ Role, Function, ...more }, {}, {}, sections);
    return ask(of, { action: 'lambda:InvokeFunction', resource: 'arn:aws:lambda:eu-west-1:111122223333:function:f' });
  };

  it('is chosen where there is one, else possible', () => {
    expect(calls('true', { Url: Url() })).toBe('must');
    expect(calls('true')).toBe('may');
    const IsOpen = { 'Fn::Equals': [{ Ref: 'Stage' }, 'open'] };
    const sections = { Parameters: { Stage: { Type: 'String' } }, Conditions: { IsOpen } };
    expect(calls('true', { Url: Url({ Condition: 'IsOpen' }) }, sections)).toBe('may');
  });

  it('is false or absent of a direct call, nobody knows which', () => {
    expect(calls('false')).toBe('may');
  });
});

describe('a session that a role started', () => {
  const mfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
  const trusting = (Principal: Json, Condition: Json, Action: unknown = 'sts:AssumeRole'): string => {
    const Other = role([], { RoleName: 'other' });
    const Role = role([allow('s3:*', '*', { Condition })], {
      AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal, Action }] },
    });
    return ask(world({ Role, Other }), get);
  };

  it.each<[Json, string]>([
    [{ AWS: 'arn:aws:iam::111122223333:role/one' }, 'no'],
    [{ AWS: { 'Fn::GetAtt': ['Other', 'Arn'] } }, 'no'],
    [{ AWS: 'arn:aws:sts::111122223333:assumed-role/one/session', Service: 'ec2.amazonaws.com' }, 'no'],
    [{ AWS: ['arn:aws:iam::111122223333:role/one', 'arn:aws:iam::111122223333:user/one'] }, 'must'],
    [{ AWS: 'arn:aws:iam::111122223333:root' }, 'must'],
    [{ AWS: '*' }, 'must'],
  ])('has no MFA: trust in %j is %s', (Principal, found) => {
    expect(trusting(Principal, mfa)).toBe(found);
  });

  it('has a source identity only where the trust policy lets somebody set one', () => {
    const named = { StringEquals: { 'aws:SourceIdentity': 'ann' } };
    const everyone = { AWS: 'arn:aws:iam::111122223333:root' };
    expect(trusting(everyone, named)).toBe('no');
    expect(trusting(everyone, named, ['sts:AssumeRole', 'sts:SetSourceIdentity'])).toBe('must');
    expect(trusting(everyone, { Null: { 'aws:SourceIdentity': 'true' } })).toBe('must');
  });
});
