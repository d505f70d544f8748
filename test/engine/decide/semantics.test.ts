import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { decide } from '../../../lib/engine/decide/decide';
import type { Question } from '../../../lib/engine/decide/decision';
import { worldOf } from '../../../lib/engine/world/world-of';
import type { PolicyText } from '../../../lib/model/policy';
import { text } from '../../../lib/model/value';
import { allow, ask, deny, principal, role, verdict, world } from './support';

/**
 * Where each fact about IAM and API Gateway that decides is tested; the numbers are in the names of the tests.
 *
 * | number | test |
 * |---|---|
 * | 1-6, 9, 11-14, 17 | test/cases/decide-api-gateway.json |
 * | 10, 15, 16, 30 | here |
 * | 34-37, 40, 43, 45-50, 52 | test/cases/decide-identity.json |
 * | 38, 54 | test/cases/decide-keys-and-trust.json |
 * | 39, 41, 42, 44, 53, 57 | here |
 * | 51 | test/engine/reach/techniques.test.ts, `lambda-update-code` and the techniques that write policies |
 *
 * The others up to 62 decide nothing about a request. They are about deployment, CDK and how APIs are built (7, 8,
 * 18-21, 23-29, 31-33), about what counts as reading a key (22), or about secrets and their rotation (55, 56, 58-62).
 */

type Json = Readonly<Record<string, unknown>>;

/** An API with methods `GET /orders` and `POST /orders`, both with AWS_IAM. */
const method = (HttpMethod: string): Json => ({
  Type: 'AWS::ApiGateway::Method',
  Properties: { RestApiId: { Ref: 'Api' }, ResourceId: { Ref: 'Path' }, HttpMethod, AuthorizationType: 'AWS_IAM' },
});
const API: Json = {
  Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'api' } },
  Path: {
    Type: 'AWS::ApiGateway::Resource',
    Properties: {
      RestApiId: { Ref: 'Api' },
      ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
      PathPart: '{id}',
    },
  },
  Get: method('GET'),
  Post: method('POST'),
};
const endpoint = (rest: string): Json => ({
  'Fn::Sub': `arn:aws:execute-api:eu-west-1:111122223333:\${Api}/${rest}`,
});
/** A role that may call what these name, asked about one request. */
const calls = (granted: readonly Json[], request: string): string => {
  const Probe = { Type: 'Test::Probe', Properties: { Value: endpoint(request) } };
  const of = world({
    ...API,
    Probe,
    Role: role([{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: granted }]),
  });
  const resource = of.snapshot.byKey('T#Probe')?.properties.Value as PolicyText;
  return verdict(decide({ principal: principal(of), action: 'execute-api:Invoke', resource }, of));
};

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples-for-api-execution.html */
describe('10: the ARN of a call', () => {
  it('has the path that is asked for, not that of the method', () => {
    expect(calls([endpoint('prod/GET/42')], 'prod/GET/42')).toBe('must');
    expect(calls([endpoint('prod/GET/42')], 'prod/GET/43')).toBe('no');
    expect(calls([endpoint('prod/GET/{id}')], 'prod/GET/42')).toBe('no');
  });

  it('has stage and verb', () => {
    expect(calls([endpoint('test/GET/*')], 'prod/GET/42')).toBe('no');
    expect(calls([endpoint('prod/GET/*')], 'prod/POST/42')).toBe('no');
  });
});

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html */
describe('15: a call whose verb a header overrides', () => {
  it('is decided as the verb that serves it, whichever the client sent', () => {
    expect(calls([endpoint('prod/POST/*')], 'prod/GET/42')).toBe('no');
    expect(calls([endpoint('prod/GET/*'), endpoint('prod/POST/*')], 'prod/GET/42')).toBe('must');
  });
});

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html */
describe('16: a preflight', () => {
  it('has no credentials, so that only a method without authorization answers it', () => {
    const preflight = (AuthorizationType: string): string => {
      const { Properties } = method('OPTIONS') as { readonly Properties: Json };
      const Options = { Type: 'AWS::ApiGateway::Method', Properties: { ...Properties, AuthorizationType } };
      const Probe = { Type: 'Test::Probe', Properties: { Value: endpoint('prod/OPTIONS/42') } };
      const of = world({ ...API, Options, Probe });
      const resource = of.snapshot.byKey('T#Probe')?.properties.Value as PolicyText;
      return verdict(decide({ principal: { kind: 'anonymous' }, action: 'execute-api:Invoke', resource }, of));
    };
    expect([preflight('NONE'), preflight('AWS_IAM')]).toEqual(['must', 'no']);
  });
});

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-condition-keys.html */
describe('30: keys that no caller without credentials has', () => {
  it.each(['aws:PrincipalArn', 'aws:PrincipalAccount', 'aws:PrincipalOrgID', 'aws:PrincipalTag/team'])(
    '%s is absent where a method asks for none',
    (key) => {
      const Policy = {
        Statement: [
          {
            Effect: 'Allow',
            Principal: '*',
            Action: 'execute-api:Invoke',
            Resource: 'execute-api:/*',
            Condition: { StringLike: { [key]: '*' } },
          },
        ],
      };
      const { Properties } = method('GET') as { readonly Properties: Json };
      const Probe = { Type: 'Test::Probe', Properties: { Value: endpoint('prod/GET/42') } };
      const of = world({
        ...API,
        Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'api', Policy } },
        Get: { Type: 'AWS::ApiGateway::Method', Properties: { ...Properties, AuthorizationType: 'NONE' } },
        Probe,
      });
      const resource = of.snapshot.byKey('T#Probe')?.properties.Value as PolicyText;
      const asked = { principal: { kind: 'anonymous' }, action: 'execute-api:Invoke', resource } as const;
      expect(verdict(decide(asked, of))).toBe('no');
    },
  );
});

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html */
describe('53: a secret under a customer key', () => {
  it('is read with two permissions, each of its own', () => {
    const Key = {
      Type: 'AWS::KMS::Key',
      Properties: {
        KeyPolicy: { Statement: [{ Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'kms:*', Resource: '*' }] },
      },
    };
    const Secret = {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { Name: 'db', KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
    };
    const reads = (statements: readonly Json[]): readonly string[] => {
      const of = world({ Key, Secret, Role: role(statements) });
      const ask = (action: string, logicalId: string): string =>
        verdict(
          decide(
            { principal: principal(of), action, resource: of.snapshot.byKey(`T#${logicalId}`)?.arn as PolicyText },
            of,
          ),
        );
      return [
        ask('secretsmanager:GetSecretValue', 'Secret'),
        ask('kms:Decrypt', 'Key'),
        ask('kms:GenerateDataKey', 'Key'),
      ];
    };
    const secret = allow(['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'], { Ref: 'Secret' });
    const key = (actions: unknown): Json => allow(actions, { 'Fn::GetAtt': ['Key', 'Arn'] });
    expect(reads([secret])).toEqual(['must', 'no', 'no']);
    expect(reads([secret, key('kms:Decrypt')])).toEqual(['must', 'must', 'no']);
    expect(reads([secret, key(['kms:Decrypt', 'kms:GenerateDataKey'])])).toEqual(['must', 'must', 'must']);
  });
});

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

  it('has a suffix of six that nobody knows before', () => {
    expect([reads('db-*'), reads('db-??????'), reads('db-Ab12Cd')]).toEqual(['must', 'must', 'may']);
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
