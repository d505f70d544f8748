import { describe, expect, it } from 'vitest';
import { policyChanges } from '../../../lib/engine/changes/policy-change';
import { parsePolicy } from '../../../lib/engine/parse/policy-document';

const ACCOUNT = '111122223333';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/clerk`;
const identity = { kind: 'identity', arn: ROLE, account: ACCOUNT } as const;
const bucket = { kind: 'resource', arn: 'arn:aws:s3:::record', account: ACCOUNT } as const;
const trust = { kind: 'trust', arn: ROLE, account: ACCOUNT, mustAllow: true } as const;
const key = {
  kind: 'resource',
  arn: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/k`,
  account: ACCOUNT,
  mustAllow: true,
} as const;
const api = { kind: 'resource', arn: `arn:aws:execute-api:eu-west-1:${ACCOUNT}:api1`, account: ACCOUNT } as const;

const policy = (...Statement: any[]) => parsePolicy({ Version: '2012-10-17', Statement });
const allow = (Action: any, Resource: any = '*', more: object = {}) => ({ Effect: 'Allow', Action, Resource, ...more });
const deny = (Action: any, Resource: any = '*', more: object = {}) => ({ Effect: 'Deny', Action, Resource, ...more });
const sorts = (...args: Parameters<typeof policyChanges>) =>
  policyChanges(...args).map(({ sort, certain }) => `${sort}${certain ? '' : '?'}`);

describe('what became of a policy of a principal', () => {
  const reading = allow(['s3:GetObject', 's3:ListBucket'], ['arn:aws:s3:::orders', 'arn:aws:s3:::orders/*']);

  it.each([
    [
      'the order of statements and lists',
      policy(reading, allow('sns:Publish', 'arn:aws:sns:*:*:t')),
      policy(allow(['sns:Publish'], ['arn:aws:sns:*:*:t']), { ...reading, Action: ['s3:ListBucket', 's3:GetObject'] }),
    ],
    [
      'Sids, and the case of actions',
      policy(reading),
      policy({ ...reading, Sid: 'Added', Action: ['S3:getobject', 's3:ListBucket'] }),
    ],
    [
      'statements that are divided',
      policy(reading),
      policy({ ...reading, Action: 's3:GetObject' }, { ...reading, Action: 's3:ListBucket' }),
    ],
    ['a statement that adds nothing', policy(allow('s3:*', '*')), policy(allow('s3:*', '*'), reading)],
    ['a Deny of what is not allowed', policy(reading), policy(reading, deny('iam:*'))],
    [
      'a list for a single value of a condition',
      policy(allow('s3:GetObject', '*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } })),
      policy(allow('s3:GetObject', '*', { Condition: { Bool: { 'aws:SecureTransport': [true] } } })),
    ],
  ])('says nothing of %s', (_, before, after) => expect(policyChanges(before, after, identity)).toEqual([]));

  it('finds what became possible, with a request', () => {
    const after = policy({ ...reading, Action: ['s3:GetObject', 's3:ListBucket', 's3:DeleteObject'] });
    expect(policyChanges(policy(reading), after, identity)).toEqual([
      {
        sort: 'widened',
        certain: true,
        example: { action: 's3:DeleteObject', resource: expect.stringContaining('arn:aws:s3:::orders/'), context: {} },
      },
    ]);
  });

  it('finds what became impossible', () => {
    expect(sorts(policy(reading), policy({ ...reading, Action: 's3:GetObject' }), identity)).toEqual(['narrowed']);
  });

  it('finds both where one replaced the other', () => {
    expect(
      sorts(
        policy(reading),
        policy({ ...reading, Resource: 'arn:aws:s3:::other/*', Action: 's3:GetObject' }),
        identity,
      ),
    ).toEqual(['widened', 'narrowed']);
  });

  it('finds a Deny that is gone, a wildcard, and a condition that is gone', () => {
    expect(
      sorts(policy(reading, deny('s3:GetObject', 'arn:aws:s3:::orders/secret/*')), policy(reading), identity),
    ).toEqual(['widened']);
    expect(sorts(policy(reading), policy({ ...reading, Resource: '*' }), identity)).toEqual(['widened']);
    const onlyTls = { ...reading, Condition: { Bool: { 'aws:SecureTransport': 'true' } } };
    expect(sorts(policy(onlyTls), policy(reading), identity)).toEqual(['widened']);
    expect(sorts(policy(reading), policy(onlyTls), identity)).toEqual(['narrowed']);
  });

  it('finds NotAction in place of actions', () => {
    expect(sorts(policy(reading), policy({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }), identity)).toEqual([
      'widened',
    ]);
  });
});

describe('what became of a policy on a resource', () => {
  const guard = { ...deny('s3:DeleteObject', 'arn:aws:s3:::record/*'), Principal: '*' };
  const readers = {
    ...allow('s3:GetObject', 'arn:aws:s3:::record/*'),
    Principal: { AWS: [ROLE, `arn:aws:iam::${ACCOUNT}:role/auditor`] },
  };

  it('says nothing of how it is written', () => {
    const after = policy(
      { ...readers, Principal: { AWS: ROLE } },
      { ...guard, Principal: { AWS: '*' }, Sid: 'x' },
      { ...readers, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/auditor` } },
    );
    expect(policyChanges(policy(guard, readers), after, bucket)).toEqual([]);
  });

  it('finds who came in, and who is kept out no more', () => {
    const more = { ...readers, Principal: { AWS: 'arn:aws:iam::444455556666:root' } };
    expect(policyChanges(policy(guard, readers), policy(guard, readers, more), bucket)).toMatchObject([
      { sort: 'widened', example: { principal: 'arn:aws:iam::444455556666:role/somebody', action: 's3:GetObject' } },
    ]);
    expect(policyChanges(policy(guard, readers), policy(readers), bucket)).toMatchObject([
      {
        sort: 'widened',
        certain: true,
        example: { action: 's3:DeleteObject', principal: `arn:aws:iam::${ACCOUNT}:role/somebody` },
      },
    ]);
  });

  it('finds a principal that was added to the exceptions of a Deny', () => {
    const kept = (...arns: string[]) => ({ ...guard, Condition: { ArnNotEquals: { 'aws:PrincipalArn': arns } } });
    expect(
      policyChanges(policy(kept(ROLE)), policy(kept(ROLE, `arn:aws:iam::${ACCOUNT}:role/mallory`)), bucket),
    ).toMatchObject([
      { sort: 'widened', certain: true, example: { principal: `arn:aws:iam::${ACCOUNT}:role/mallory` } },
    ]);
  });

  it('finds trust that was opened, and a condition of it that is gone', () => {
    const mfa = {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    };
    const { Condition: _, ...plain } = mfa;
    expect(sorts(policy(mfa), policy(plain), trust)[0]).toMatch(/^widened/);
    expect(policyChanges(policy(mfa), policy(mfa, { ...plain, Principal: { AWS: '*' } }), trust)[0]).toMatchObject({
      sort: 'widened',
    });
    expect(sorts(policy(mfa), policy({ ...mfa, Principal: { AWS: ACCOUNT } }), trust)).toEqual([]);
  });

  it('finds a key that was opened to the account', () => {
    const use = { ...allow('kms:Decrypt'), Principal: { AWS: ROLE } };
    const account = { ...allow('kms:*'), Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } };
    expect(policyChanges(policy(use), policy(use, account), key)[0]).toMatchObject({ sort: 'widened', certain: true });
  });

  it('finds a guard of an API that was replaced', () => {
    const guarded = {
      Effect: 'Deny',
      Principal: '*',
      Action: 'execute-api:Invoke',
      Resource: `${api.arn}/prod/*/admin`,
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': ROLE } },
    };
    const open = { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: `${api.arn}/*` };
    expect(policyChanges(policy(guarded), policy(open), api)[0]).toMatchObject({ sort: 'widened', certain: true });
    expect(sorts(policy(open, guarded), policy(open), api)).toEqual(['widened']);
  });
});
