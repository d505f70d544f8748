import { describe, expect, it } from 'vitest';
import { escalationsOf } from '../../../lib/engine/answers/escalations-of';
import { reachOf } from '../../../lib/engine/reach/reach-of';
import { ACCOUNT, allow, arn, document, ref, resource, role, worldFrom } from './support/template';
import type { Json, Resources } from './support/template';

/** `who (certainty): technique > to, …`, of those outside. */
function comeIn(resources: Resources, parameters: Resources = {}): readonly string[] {
  const world = worldFrom(resources, { Parameters: parameters });
  return escalationsOf(world, reachOf(world))
    .filter(({ logicalId }) => logicalId === undefined)
    .map(
      ({ principal, certainty, steps }) =>
        `${principal} (${certainty}): ${steps.map(({ technique, to }) => `${technique} > ${to}`).join(', ')}`,
    );
}

const trusting = (Principal: Json, Action: Json = 'sts:AssumeRole', Condition?: Json): Resources => ({
  AssumeRolePolicyDocument: document({
    Effect: 'Allow',
    Principal,
    Action,
    ...(Condition === undefined ? {} : { Condition }),
  }),
});
const entrance = (...given: Parameters<typeof trusting>): Resources => ({ Door: role([], {}, trusting(...given)) });

describe('those outside of the templates', () => {
  it('come in by a trust policy, and go on from there', () => {
    const ADMIN = { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] };
    expect(
      comeIn({
        Door: role([allow('sts:AssumeRole', arn('Goal'))], { AWS: 'arn:aws:iam::444455556666:root' }),
        Goal: role([], { AWS: arn('Door') }, ADMIN),
      }),
    ).toEqual([
      'arn:aws:iam::444455556666:root (certain): sts-assume-role > Door',
      'arn:aws:iam::444455556666:root (certain): sts-assume-role > Door, sts-assume-role > Goal',
      'arn:aws:iam::444455556666:root (certain): sts-assume-role > Door, sts-assume-role > Goal, administrator > administrator',
    ]);
  });

  it('are named as the policy names them', () => {
    expect(comeIn(entrance({ AWS: ['444455556666', 'arn:aws:iam::777788889999:role/ci'] }))).toEqual([
      '444455556666 (certain): sts-assume-role > Door',
      'arn:aws:iam::777788889999:role/ci (certain): sts-assume-role > Door',
    ]);
  });

  it('are everybody where everybody is let in', () => {
    expect(comeIn(entrance('*'))).toEqual(['anyone of any AWS account (certain): sts-assume-role > Door']);
  });

  it('bring a token where an identity provider is trusted', () => {
    const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.example.com`;
    expect(comeIn(entrance({ Federated: provider }, 'sts:AssumeRoleWithWebIdentity'))).toEqual([
      `${provider} (certain): sts-assume-role-with-token > Door`,
    ]);
    expect(comeIn(entrance({ Federated: provider }, 'sts:TagSession'))).toEqual([]);
  });

  it('are possible where a parameter names them', () => {
    const found = comeIn(entrance({ AWS: ref('Who') }), { Who: { Type: 'String' } });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/Who.* \(possible\): sts-assume-role > Door$/);
  });

  it('come in by the policy on a resource', () => {
    expect(
      comeIn({
        Bucket: resource('AWS::S3::Bucket'),
        Policy: resource('AWS::S3::BucketPolicy', {
          Bucket: ref('Bucket'),
          PolicyDocument: document({
            Effect: 'Allow',
            Principal: { AWS: '444455556666' },
            Action: 's3:PutBucketPolicy',
            Resource: arn('Bucket'),
          }),
        }),
        // Of whose account the bucket is.
        Someone: role([]),
      }),
    ).toContain('444455556666 (certain): s3-bucket-policy > Bucket');
  });

  it('do not come in where a Deny or a condition keeps them out', () => {
    const both = (deny: Json): Resources => ({
      Door: role(
        [],
        {},
        {
          AssumeRolePolicyDocument: document(
            { Effect: 'Allow', Principal: { AWS: '444455556666' }, Action: 'sts:AssumeRole' },
            deny,
          ),
        },
      ),
    });
    const deny = { Effect: 'Deny', Principal: '*', Action: 'sts:*' };
    expect(comeIn(both(deny))).toEqual([]);
    const elsewhere = { StringEquals: { 'aws:PrincipalAccount': '777788889999' } };
    expect(comeIn(entrance({ AWS: '444455556666' }, 'sts:AssumeRole', elsewhere))).toEqual([]);
  });

  it('are neither services nor those of the account itself', () => {
    expect(comeIn(entrance({ Service: 'lambda.amazonaws.com' }))).toEqual([]);
    expect(comeIn(entrance({ AWS: `arn:aws:iam::${ACCOUNT}:root` }))).toEqual([]);
    expect(comeIn({ ...entrance({ AWS: arn('Own') }), Own: role([], { Service: 'ec2.amazonaws.com' }) })).toEqual([]);
  });
});
