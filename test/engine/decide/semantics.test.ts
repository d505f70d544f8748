import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { decide } from '../../../lib/engine/decide/decide';
import type { Question } from '../../../lib/engine/decide/decision';
import { worldOf } from '../../../lib/engine/world/world-of';
import type { PolicyText } from '../../../lib/model/policy';
import { text } from '../../../lib/model/value';
import { allow, ask, deny, principal, role, verdict, world } from './support';

type Json = Readonly<Record<string, unknown>>;

const TARGET = 'arn:aws:iam::111122223333:role/target';
const ROOT = 'arn:aws:iam::111122223333:root';
const target = (statements: readonly Json[], rest: Json = {}): Json =>
  role([], { RoleName: 'target', AssumeRolePolicyDocument: { Statement: statements }, ...rest });
const trusts = (AWS: unknown, Action: unknown = 'sts:AssumeRole', rest: Json = {}): Json => ({
  Effect: 'Allow',
  Principal: { AWS },
  Action,
  ...rest,
});
const assumes = (resources: Json, action = 'sts:AssumeRole', logicalId = 'Role'): string => {
  const of = world(resources);
  return verdict(decide({ principal: principal(of, logicalId), action, resource: TARGET }, of));
};

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
describe('39: principals by their unique id', () => {
  const Role = role([]);
  const Other = role([], { RoleName: 'other' });

  it('are the role whose id it is, whatever the role is called', () => {
    const Target = target([trusts({ 'Fn::GetAtt': ['Role', 'RoleId'] })]);
    expect(assumes({ Role, Other, Target })).toBe('must');
    expect(assumes({ Role, Other, Target }, 'sts:AssumeRole', 'Other')).toBe('no');
  });

  it('of a deleted role or of one that is there: which, no template tells', () => {
    expect(assumes({ Role, Target: target([trusts('AROAEXAMPLEID12345678')]) })).toBe('may');
    expect(assumes({ Role, Target: target([trusts('AIDAEXAMPLEID12345678')]) })).toBe('no');
  });
});

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html */
describe('41: MFA of roles', () => {
  const withMfa = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } };

  it('is a condition of the answer, never taken for granted', () => {
    const of = world({ Role: role([allow('s3:GetObject', '*', withMfa)]) });
    const asked = { principal: principal(of), action: 's3:GetObject', resource: 'arn:aws:s3:::data/a' } as const;
    const found = decide(asked, of);
    expect(found.unconditional).toBe(false);
    expect(found.conditions.map(({ key, wanted }) => [key, wanted])).toEqual([['aws:multifactorauthpresent', 'holds']]);
    expect(verdict(decide({ ...asked, closed: true }, of))).toBe('no');
  });

  describe('that only services assume', () => {
    const by = (...trusted: readonly Json[]): Json => ({ AssumeRolePolicyDocument: { Statement: trusted } });
    const service = (name: string): Json => trusting({ Service: name });
    const trusting = (Principal: unknown): Json => ({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });
    const read = (statements: readonly Json[], trust: Json): string => {
      const of = world({ Role: role(statements, trust) });
      const asked = { principal: principal(of), action: 's3:GetObject', resource: 'arn:aws:s3:::data/a' } as const;
      return verdict(decide(asked, of));
    };
    const lambda = by(service('lambda.amazonaws.com'), service('ec2.amazonaws.com'));
    const when = (Condition: Json): readonly Json[] => [allow('s3:GetObject', '*', { Condition })];

    it('is never there', () => {
      expect(read([allow('s3:GetObject', '*', withMfa)], lambda)).toBe('no');
      expect(read(when({ NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } }), lambda)).toBe('no');
      expect(read(when({ Null: { 'aws:MultiFactorAuthAge': 'false' } }), lambda)).toBe('no');
    });

    it('is false or absent, which of both is not known', () => {
      expect(read(when({ Bool: { 'aws:MultiFactorAuthPresent': 'false' } }), lambda)).toBe('may');
      expect(read(when({ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } }), lambda)).toBe('may');
      expect(read(when({ Null: { 'aws:MultiFactorAuthPresent': 'true' } }), lambda)).toBe('may');
      expect(read(when({ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }), lambda)).toBe('must');
    });

    it('lets a Deny for those without it hit', () => {
      const denied = (operator: string): readonly Json[] => [
        allow('s3:GetObject'),
        deny('*', '*', { Condition: { [operator]: { 'aws:MultiFactorAuthPresent': 'false' } } }),
      ];
      expect([read(denied('BoolIfExists'), lambda), read(denied('Bool'), lambda)]).toEqual(['no', 'may']);
    });

    it('stays open where somebody else may assume the role too', () => {
      const others = [{ AWS: ROOT }, { Federated: 'arn:aws:iam::111122223333:saml-provider/sso' }, '*'];
      for (const other of others) {
        const trust = by(service('lambda.amazonaws.com'), trusting(other));
        expect(read([allow('s3:GetObject', '*', withMfa)], trust)).toBe('must');
      }
      expect(read([allow('s3:GetObject', '*', withMfa)], by({ ...service('lambda.amazonaws.com'), Action: 7 }))).toBe(
        'must',
      );
    });
  });

  it('of the caller decides who may assume a role that asks for it', () => {
    const of = world({ Role: role([]), Target: target([trusts(ROOT), trusts('*', 'sts:AssumeRole', withMfa)]) });
    const asked = { principal: principal(of), action: 'sts:AssumeRole', resource: TARGET } as const;
    expect(verdict(decide({ ...asked, closed: true }, of))).toBe('no');
    const context = { 'aws:MultiFactorAuthPresent': 'true' };
    expect(verdict(decide({ ...asked, context, closed: true }, of))).toBe('must');
  });
});

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html */
describe('57: the ARN of a secret', () => {
  const Secret = { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'db' } };
  const reads = (name: string): string => {
    const resource = `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}`;
    const of = world({ Role: role([allow('secretsmanager:GetSecretValue', resource)]), Secret });
    const arn = of.snapshot.byKey('T#Secret')?.arn as PolicyText;
    return verdict(decide({ principal: principal(of), action: 'secretsmanager:GetSecretValue', resource: arn }, of));
  };

  it('has a suffix that nobody knows before', () => {
    expect([reads('db-*'), reads('db-??????'), reads('db-Ab12Cd')]).toEqual(['must', 'may', 'may']);
    expect([reads('db'), reads('other-*')]).toEqual(['no', 'no']);
  });
});

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html */
describe('42: the length of a session', () => {
  const atMost = (seconds: string) => ({ Condition: { NumericLessThanEquals: { 'sts:DurationSeconds': seconds } } });

  it('that a role allows at most opens and closes nothing', () => {
    const Role = role([allow('sts:AssumeRole', TARGET)]);
    for (const MaxSessionDuration of [900, 3600, 43_200]) {
      expect(assumes({ Role, Target: target([trusts(ROOT)], { MaxSessionDuration }) })).toBe('must');
    }
  });

  it('is nothing that a request for a role tells, be it chained or not', () => {
    const Target = target([trusts(ROOT)]);
    expect(assumes({ Role: role([allow('sts:AssumeRole', TARGET, atMost('3600'))]), Target })).toBe('no');
    expect(assumes({ Role: role([allow('sts:*', TARGET, atMost('43200'))]), Target })).toBe('no');
    const longer = { Condition: { NumericGreaterThan: { 'sts:DurationSeconds': '3600' } } };
    const Role = role([allow('sts:AssumeRole', TARGET), deny('sts:AssumeRole', '*', longer)]);
    expect(assumes({ Role, Target })).toBe('must');
  });

  it('is told where a bearer token is asked for', () => {
    const of = world({ Role: role([allow('sts:GetServiceBearerToken', '*', atMost('3600'))]) });
    const asked = { principal: principal(of), action: 'sts:GetServiceBearerToken', resource: '*' } as const;
    const found = ['3600', '3601'].map((seconds) =>
      verdict(decide({ ...asked, context: { 'sts:DurationSeconds': seconds } }, of)),
    );
    expect([verdict(decide(asked, of)), ...found]).toEqual(['must', 'must', 'no']);
  });
});

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html */
describe('44: a source identity', () => {
  const both = ['sts:AssumeRole', 'sts:SetSourceIdentity'];
  const set = 'sts:SetSourceIdentity';

  it('needs a permission of its own on both sides', () => {
    const Role = role([allow(both, TARGET)]);
    expect(assumes({ Role, Target: target([trusts(ROOT, both)]) }, set)).toBe('must');
    expect(assumes({ Role, Target: target([trusts(ROOT)]) }, set)).toBe('no');
    const without = role([allow('sts:AssumeRole', TARGET)]);
    expect(assumes({ Role: without, Target: target([trusts(ROOT, both)]) }, set)).toBe('no');
  });

  it('needs it across accounts too', () => {
    const of = (actions: readonly string[]) =>
      worldOf(
        snapshotOf([
          {
            name: 'T',
            file: 't',
            account: '999988887777',
            body: { Resources: { Role: role([allow(actions, TARGET)]) } },
          },
          {
            name: 'U',
            file: 'u',
            account: '111122223333',
            region: 'eu-west-1',
            body: { Resources: { Target: target([trusts('999988887777', both)]) } },
          },
        ]),
      );
    const ask = (actions: readonly string[]): string => {
      const found = of(actions);
      return verdict(decide({ principal: principal(found), action: set, resource: TARGET }, found));
    };
    expect([ask(both), ask(['sts:AssumeRole'])]).toEqual(['must', 'no']);
  });

  it('that a trust policy asks for has to be brought', () => {
    const asked = { Condition: { StringLike: { 'sts:SourceIdentity': 'ann' } } };
    const of = world({ Role: role([allow(both, TARGET)]), Target: target([trusts(ROOT, both, asked)]) });
    const question = { principal: principal(of), action: 'sts:AssumeRole', resource: TARGET, closed: true } as const;
    expect(verdict(decide(question, of))).toBe('no');
    expect(verdict(decide({ ...question, context: { 'sts:SourceIdentity': 'ann' } }, of))).toBe('must');
  });
});

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html */
describe('6: a signature on a method that does not ask for one', () => {
  const Api = {
    Type: 'AWS::ApiGateway::RestApi',
    Properties: {
      Name: 'api',
      Policy: {
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 'execute-api:Invoke',
            Resource: 'execute-api:/*',
            Condition: { StringLike: { 'aws:PrincipalArn': 'arn:*' } },
          },
          { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' },
        ],
      },
    },
  };
  const called = (AuthorizationType: string, context?: Question['context']): string => {
    const RestApiId = { Ref: 'Api' };
    const ResourceId = { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
    const Get = {
      Type: 'AWS::ApiGateway::Method',
      Properties: { RestApiId, ResourceId, HttpMethod: 'GET', AuthorizationType },
    };
    const of = world({ Api, Get, Role: role([]) });
    const prefix = of.apis.get('T#Api')?.arnPrefix as { readonly parts: readonly string[] };
    const resource = text([...prefix.parts, '/prod/GET/']);
    return ask(of, { action: 'execute-api:Invoke', resource, context });
  };

  it('is not looked at: no condition on a principal denies it', () => {
    expect(called('NONE')).toBe('must');
    expect(called('NONE', { 'aws:SecureTransport': 'true' })).toBe('must');
    expect(called('AWS_IAM', { 'aws:SecureTransport': 'true' })).toBe('no');
  });
});
