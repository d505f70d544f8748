import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { decide } from '../../../lib/engine/decide/decide';
import type { Decision, Question } from '../../../lib/engine/decide/decision';
import { worldOf } from '../../../lib/engine/world/world-of';
import type { World } from '../../../lib/engine/world/world';
import type { PolicyText } from '../../../lib/model/policy';
import { text } from '../../../lib/model/value';
import { allow, ask, deny, principal, role, world } from './support';

const OBJECT = 'arn:aws:s3:::data/a';
const GET = { action: 's3:GetObject', resource: OBJECT } as const;
const decided = (of: World, question: Partial<Question> = {}): Decision =>
  decide({ principal: principal(of), ...GET, ...question }, of);
const when = (condition: object) => ({ Condition: condition });

describe('a decision', () => {
  it('names the Deny that decides', () => {
    const found = decided(world({ Role: role([allow('*'), deny('s3:*', '*', { Sid: 'NoS3' })]) }));
    expect(found.denied).toEqual({ by: 'explicit', layer: 'identity' });
    expect(found.denies.map(({ statement, certainty }) => [statement.sid, certainty])).toEqual([['NoS3', 'certain']]);
  });

  it('names the layer in which nothing allows', () => {
    const edge = { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: [allow('sqs:*')] } } };
    expect(decided(world({ Role: role([]) })).denied).toEqual({ by: 'implicit', layer: 'identity' });
    const bounded = world({ Role: role([allow('*')], { PermissionsBoundary: { Ref: 'Edge' } }), Edge: edge });
    expect(decided(bounded).denied).toEqual({ by: 'implicit', layer: 'boundary' });
  });

  it('names the Allow of each layer, with where it stands', () => {
    const edge = { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: [allow('*')] } } };
    const found = decided(world({ Role: role([allow('s3:*')], { PermissionsBoundary: { Ref: 'Edge' } }), Edge: edge }));
    expect(
      found.allows.map(({ layer, policy, statement }) => [layer, policy.resource?.logicalId, statement.index]),
    ).toEqual([
      ['identity', 'Role', 0],
      ['boundary', 'Edge', 0],
    ]);
  });

  it('tells conditions on open keys, and the context of its witness', () => {
    const of = world({
      Role: role([
        allow('s3:*', '*', when({ StringEquals: { 'aws:SourceVpc': 'vpc-1' } })),
        deny('*', '*', when({ Bool: { 'aws:SecureTransport': 'false' } })),
      ]),
    });
    const found = decided(of);
    expect([found.may, found.must, found.unconditional]).toEqual([true, true, false]);
    expect(found.conditions.map(({ key, operator, values, wanted }) => [key, operator, values, wanted])).toEqual([
      ['aws:sourcevpc', 'StringEquals', ['vpc-1'], 'holds'],
      ['aws:securetransport', 'Bool', ['false'], 'fails'],
    ]);
    expect(found.witness).toEqual({ ...GET, context: { 'aws:sourcevpc': 'vpc-1', 'aws:securetransport': 'true' } });
    expect(decided(of, { context: found.witness?.context }).unconditional).toBe(true);
  });

  it('is not possible where an Allow and a Deny contradict each other', () => {
    const of = world({
      Role: role([
        allow('*', '*', when({ IpAddress: { 'aws:SourceIp': '10.0.0.0/9' } })),
        deny('s3:*', '*', when({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })),
      ]),
    });
    expect(ask(of, GET)).toBe('no');
    expect(ask(of, { action: 'sqs:SendMessage', resource: 'arn:aws:sqs:eu-west-1:111122223333:q' })).toBe('must');
  });

  it('does not take absent what was not said, unless it is told to', () => {
    const of = world({ Role: role([allow('*', '*', when({ StringEquals: { 'aws:SourceVpc': 'vpc-1' } }))]) });
    expect(ask(of, GET)).toBe('must');
    expect(ask(of, { ...GET, closed: true })).toBe('no');
    expect(ask(of, { ...GET, closed: true, context: { 'AWS:sourceVPC': 'vpc-1' } })).toBe('must');
  });

  it('names the unknown between may and must', () => {
    const found = decided(world({ Role: role([], { ManagedPolicyArns: ['arn:aws:iam::aws:policy/Newest'] }) }));
    expect([found.may, found.must]).toEqual([true, false]);
    expect(found.unknowns.map(({ cause }) => cause)).toEqual(['managed-policy']);
  });

  it('knows the tags of a role that nobody may tag, and of no other', () => {
    const tagged = (statements: readonly object[]) =>
      world({
        Role: role([allow('s3:*', '*', when({ StringEquals: { 'aws:PrincipalTag/Team': 'red' } }))], {
          Tags: [{ Key: 'team', Value: 'red' }],
          AssumeRolePolicyDocument: { Statement: statements },
        }),
      });
    const trust = { Effect: 'Allow', Principal: { AWS: '*' } };
    expect(ask(tagged([{ ...trust, Action: 'sts:AssumeRole' }]), GET)).toBe('must');
    expect(ask(tagged([{ ...trust, Action: ['sts:AssumeRole', 'sts:TagSession'] }]), GET)).toBe('may');
    const only = (operator: string, ...names: string[]) => [
      { ...trust, Action: ['sts:TagSession'], Condition: { [operator]: { 'aws:TagKeys': names } } },
    ];
    expect(ask(tagged(only('ForAllValues:StringEquals', 'reason')), GET)).toBe('must');
    expect(ask(tagged(only('ForAllValues:StringEquals', 'reason', 'TEAM')), GET)).toBe('may');
    expect(ask(tagged(only('ForAnyValue:StringEquals', 'reason')), GET)).toBe('may');
    // Names of tags are not case-sensitive, patterns of them are.
    const kept = { Effect: 'Deny', Principal: '*', Action: 'sts:TagSession' };
    const denied = { ...kept, Condition: { 'ForAnyValue:StringLike': { 'aws:TagKeys': 'te*' } } };
    expect(ask(tagged([{ ...trust, Action: 'sts:*' }, denied]), GET)).toBe('may');
    expect(ask(tagged([{ ...trust, Action: 'sts:*' }, kept]), GET)).toBe('must');
    const pods = { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: 'sts:*' };
    expect(ask(tagged([pods]), GET)).toBe('must');
    expect(ask(tagged([{ ...pods, Principal: { Service: 'lambda.amazonaws.com' } }]), GET)).toBe('may');
  });

  it('takes the tag by which an API knows its callers for absent where no template gives it', () => {
    const key = 'aws:PrincipalTag/cdk-bulkhead:calls:0a1b2c3d';
    const of = (more: object = {}) =>
      world({
        Role: role([allow('s3:*'), deny('s3:*', '*', when({ StringNotLike: { [key]: '*/all/*' } }))], {
          AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] },
          ...more,
        }),
      });
    const tags = (Value: unknown) => ({ Tags: [{ Key: 'cdk-bulkhead:calls:0a1b2c3d', Value }] });
    expect([ask(of(), GET), ask(of(tags('/all/x/')), GET), ask(of(tags('/x/')), GET)]).toEqual(['no', 'must', 'no']);
    expect(ask(of({ Tags: { 'Fn::Unheard': 'of' } }), GET)).toBe('may');
  });

  it.each(['true', 'false'])(
    'takes no tag that the template does not give for absent or there: Null is %s',
    (absent) => {
      const isNull = (key: string) => when({ Null: { [key]: absent } });
      const secret = { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 's' } };
      const red = { Tags: [{ Key: 'team', Value: 'red' }] };
      const asked = (
        statements: readonly object[],
        own: Readonly<Record<string, unknown>>,
        its: Readonly<Record<string, unknown>>,
      ) => {
        const at = world({ Role: role(statements as never, own), Secret: { ...secret, Properties: its } });
        const resource = at.snapshot.byKey('T#Secret')?.arn as PolicyText;
        return ask(at, { action: 'secretsmanager:GetSecretValue', resource });
      };
      for (const key of ['aws:PrincipalTag/team', 'aws:ResourceTag/team', 'secretsmanager:ResourceTag/team']) {
        const allowed = [allow('*', '*', isNull(key))];
        const denied = [allow('*'), deny('*', '*', isNull(key))];
        expect([asked(allowed, {}, {}), asked(denied, {}, {})]).toEqual(['may', 'may']);
        const given = [asked(allowed, red, red), asked(denied, red, red)];
        expect(given).toEqual(absent === 'true' ? ['no', 'must'] : ['must', 'no']);
      }
    },
  );

  it('takes a parameter for what may be anything', () => {
    const parameter = text([{ shape: 'any', source: 'T#P', cause: 'parameter' }]);
    const of = world({ Role: role([allow('s3:*', 'arn:aws:s3:::data/*')]) });
    expect(ask(of, { action: 's3:GetObject', resource: parameter })).not.toBe('no');
    expect(ask(of, { action: 'sqs:SendMessage', resource: parameter })).toBe('no');
  });
});

describe('a resource of another account', () => {
  const QUEUE = 'arn:aws:sqs:eu-west-1:999988887777:q';
  const send = { action: 'sqs:SendMessage', resource: QUEUE } as const;
  const abroad = (statements: readonly object[], theirs: object = {}) =>
    worldOf(
      snapshotOf([
        { name: 'T', file: 't', account: '111122223333', body: { Resources: { Role: role(statements as never) } } },
        { name: 'U', file: 'u', account: '999988887777', region: 'eu-west-1', body: { Resources: theirs } },
      ]),
    );

  it('in none of the templates may let in whom its identity policies allow', () => {
    const found = decided(abroad([allow('sqs:*')]), send);
    expect([found.may, found.must]).toEqual([true, false]);
    expect(found.unknowns.map(({ detail }) => detail)).toEqual([
      `the policy of ${QUEUE}, which is in none of the templates`,
    ]);
    expect(ask(abroad([allow('sqs:*')]), { action: 'sqs:*', resource: 'arn:aws:sqs:*:999988887777:*' })).toBe('may');
  });

  it('in none of the templates is out of reach without them, or where they deny', () => {
    expect(ask(abroad([]), send)).toBe('no');
    expect(ask(abroad([allow('*'), deny('sqs:*')]), send)).toBe('no');
  });

  it('is out of reach where the templates show that it has no policy, as with all of IAM but roles', () => {
    const theirs = { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } } };
    expect(ask(abroad([allow('*')], theirs), send)).toBe('no');
    const user = { action: 'iam:PutUserPolicy', resource: 'arn:aws:iam::999988887777:user/u' };
    expect(ask(abroad([allow('*')]), user)).toBe('no');
  });

  it('may let in callers that are not ours', () => {
    const of = abroad([]);
    expect(ask(of, { ...send, principal: { kind: 'service', service: 'events.amazonaws.com' } })).toBe('may');
    expect(ask(of, { ...send, principal: { kind: 'anonymous' } })).toBe('may');
  });
});

describe('conditions of a template', () => {
  const sections = { Conditions: { C: { 'Fn::Equals': [{ Ref: 'AWS::StackName' }, 'x'] } } };
  const either = (yes: unknown, no: unknown) => ({ 'Fn::If': ['C', yes, no] });
  const of = (statements: readonly object[]) => world({ Role: role(statements as never) }, {}, {}, sections);
  const nothing = { Ref: 'AWS::NoValue' };

  it('leave open what stands under them', () => {
    expect(ask(of([either(allow('s3:*'), nothing)]), GET)).toBe('may');
    expect(ask(of([allow('*'), either(deny('s3:*'), nothing)]), GET)).toBe('may');
  });

  it('correlate', () => {
    expect(ask(of([either(allow('s3:*'), nothing), either(deny('s3:*'), nothing)]), GET)).toBe('no');
    expect(ask(of([either(allow('s3:*'), nothing), either(nothing, deny('s3:*'))]), GET)).toBe('may');
    expect(ask(of([either(allow('s3:*'), nothing), either(nothing, allow('s3:*'))]), GET)).toBe('must');
    expect(ask(of([either(allow('s3:*'), allow('s3:Get*'))]), GET)).toBe('must');
  });

  it('that a role exists under hold in its policies', () => {
    const conditional = { ...role([either(allow('s3:*'), nothing)] as never), Condition: 'C' };
    expect(ask(world({ Role: conditional }, {}, {}, sections), GET)).toBe('must');
  });
});

describe('patterns', () => {
  const of = world({
    Role: role([allow('s3:Get*', 'arn:aws:s3:::data/*'), deny('s3:GetObject', 'arn:aws:s3:::data/*')]),
  });

  it.each([
    ['s3:GetObject', '*', 'no'],
    ['s3:*', '*', 'must'],
    ['s3:Put*', '*', 'no'],
    ['*', '*', 'must'],
    ['iam:*', '*', 'no'],
    ['s3:*', 'arn:aws:s3:::data/a*', 'must'],
    ['s3:*', 'arn:aws:s3:::other/*', 'no'],
    ['s3:*', 'arn:aws:s3:::*/a', 'must'],
  ])('%s on %s: %s', (action, resource, expected) => {
    expect(ask(of, { action, resource })).toBe(expected);
  });

  describe('have a witness that is a request that AWS knows', () => {
    const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:f';
    const everywhere = world({ Role: role([allow('*')]) });
    const witnessOf = (action: string, resource: string, statements = [allow('*')]) => {
      const found = decided(world({ Role: role(statements) }), { action, resource });
      return found.witness === undefined ? undefined : [found.witness.action, found.witness.resource];
    };

    it('of an action and a resource of its service', () => {
      expect(ask(everywhere, { action: 's3:*', resource: FUNCTION })).toBe('may');
      expect(ask(everywhere, { action: 'lambda:*', resource: FUNCTION })).toBe('must');
      expect(ask(everywhere, { action: '*', resource: FUNCTION })).toBe('must');
      expect(witnessOf('*', FUNCTION)?.[0]).toMatch(/^lambda:/);
      expect(ask(everywhere, { action: 's3:Get*', resource: 'arn:aws:sqs:*:*:*' })).toBe('may');
    });

    it('of an action and a resource of a type that it takes', () => {
      expect(witnessOf('s3:GetObject', '*')?.[1]).toMatch(/^arn:aws:s3:::[^/]+\/.+$/);
      expect(witnessOf('s3:PutBucketPolicy', '*')?.[1]).toMatch(/^arn:aws:s3:::[^/]+$/);
      expect(witnessOf('s3:PutBucketPolicy', 'arn:aws:s3:::data/*')).toBeUndefined();
      expect(witnessOf('iam:*', '*', [allow('iam:*', 'arn:aws:iam::111122223333:role/team/*')])?.[1]).toMatch(
        /role\/team\/.+$/,
      );
    });

    it('of the own account where a policy names none', () => {
      expect(witnessOf('sqs:SendMessage', '*')?.[1]).toMatch(/^arn:aws:sqs:[^:]+:111122223333:.+$/);
    });

    it('and of an action that takes no resource, everything', () => {
      expect(witnessOf('s3:ListAllMyBuck*', '*')).toEqual(['s3:ListAllMyBuckets', '*']);
    });

    it('whichever of several Allows comes first', () => {
      const one = allow('*', 'arn:aws:s3:::da?a/a');
      const two = allow('*', 'arn:aws:s3:::data/${aws:PrincipalTag/team}', when({ Null: { 'aws:SourceVpc': 'true' } }));
      for (const statements of [
        [one, two],
        [two, one],
      ])
        expect(witnessOf('s3:*', '*', statements)).toBeDefined();
    });

    it('in which a variable has the value that it has', () => {
      const named = [allow('s3:*', 'arn:aws:s3:::data/${aws:PrincipalAccount}/*')];
      expect(witnessOf('s3:Get*', '*', named)?.[1]).toMatch(/^arn:aws:s3:::data\/111122223333\/.*$/);
    });
  });

  it('keep what only a wildcard across colons would take out of NotResource', () => {
    const of_ = world({ Role: role([{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:*:q' }]) });
    const resource = 'arn:aws:sqs:eu-west-1:111122223333:q';
    expect(ask(of_, { action: 'sqs:SendMessage', resource })).toBe('may');
    expect(ask(of_, { action: 'sqs:Send*', resource })).toBe('may');
  });

  it('have a witness that no Deny hits', () => {
    const found = decided(of, { action: 's3:Get*', resource: '*' });
    expect(found.witness?.action).not.toBe('s3:GetObject');
    expect(decided(of, { action: found.witness?.action, resource: found.witness?.resource }).must).toBe(true);
  });

  it('intersect the patterns of all layers', () => {
    const edge = (resource: string) => ({
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { PolicyDocument: { Statement: [allow('s3:*', resource)] } },
    });
    const bounded = (resource: string) =>
      world({
        Role: role([allow('s3:*', 'arn:aws:s3:::a*')], { PermissionsBoundary: { Ref: 'Edge' } }),
        Edge: edge(resource),
      });
    expect(ask(bounded('arn:aws:s3:::*b'), { action: 's3:GetObject', resource: '*' })).toBe('must');
    expect(ask(bounded('arn:aws:s3:::b*'), { action: 's3:GetObject', resource: '*' })).toBe('no');
  });

  it('look at resource policies one by one', () => {
    const bucket = (name: string, statements: readonly object[]) => ({
      [name]: { Type: 'AWS::S3::Bucket', Properties: { BucketName: name } },
      [`${name}Policy`]: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: { Bucket: { Ref: name }, PolicyDocument: { Statement: statements } },
      },
    });
    const closed = [{ ...deny('s3:*', '*'), Principal: '*' }];
    const buckets = world({ Role: role([allow('s3:GetObject', 'arn:aws:s3:::one/*')]), ...bucket('one', closed) });
    expect(ask(buckets, { action: 's3:GetObject', resource: '*' })).toBe('no');
    const granted = [{ ...allow('s3:GetObject', 'arn:aws:s3:::two/*'), Principal: '*' }];
    const other = world({ Role: role([]), ...bucket('one', closed), ...bucket('two', granted) });
    const found = decided(other, { resource: '*' });
    expect([found.must, found.allows.map(({ layer }) => layer)]).toEqual([true, ['resource']]);
  });
});
