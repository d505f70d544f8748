import { describe, expect, it } from 'vitest';
import { aud10 } from '../../../lib/rules/audit/aud10-trail-passes-over-events';
import { aud13 } from '../../../lib/rules/audit/aud13-nothing-recorded';
import { aud14 } from '../../../lib/rules/audit/aud14-calls-not-recorded';
import { trailAndBucket } from '../../../lib/rules/support/audit-example';
import { declaredSecret } from '../../../lib/rules/support/credential-example';
import { findingsOf } from '../rule-runner';

type Resources = Record<string, any>;

describe('AUD13', () => {
  const { Example } = declaredSecret({}).Resources as Resources;
  const found = (Resources: Resources, more: object = {}) =>
    findingsOf(aud13, { Resources, ...more }).map(({ logicalId, certainty }) => `${certainty} ${logicalId}`);

  it('is said once, at the first thing that was declared', () => {
    expect(found({ Plain: { ...Example, Metadata: {} }, One: Example, Two: Example })).toEqual(['possible One']);
  });

  it('is not said of an app that declares nothing, or that has a trail', () => {
    expect(found({ Plain: { ...Example, Metadata: {} } })).toEqual([]);
    expect(found({ Example, Trail: { Type: 'AWS::CloudTrail::Trail', Properties: {} } })).toEqual([]);
  });

  it('is not said where a record that is there was named', () => {
    const intent = { kind: 'template', constraints: [], duties: [], recordedBy: 'arn:aws:cloudtrail:x:1:trail/org' };
    expect(found({ Example }, { Metadata: { 'cdk-bulkhead': intent } })).toEqual([]);
  });
});

describe('AUD10', () => {
  const found = (trail: Readonly<Record<string, unknown>>) =>
    findingsOf(aud10, trailAndBucket({ trail })).map(({ detail }) => detail);

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['without selectors', {}],
    ['with an empty list of them, as the CDK writes it', { EventSelectors: [] }],
    ['with one that takes everything', { EventSelectors: [{ ReadWriteType: 'All' }] }],
  ])('takes a trail %s', (_, trail) => expect(found(trail)).toEqual([]));

  it('finds a trail of writes alone', () => {
    expect(found({ EventSelectors: [{ ReadWriteType: 'WriteOnly' }] })).toEqual(['EventSelectors']);
  });
});

describe('AUD14', () => {
  const FUNCTION = 'AWS::Lambda::Function';
  const withTrail = (trail: object, more: Resources = {}) => {
    const { Resources } = structuredClone(aud14.examples.bad) as { Resources: Resources };
    delete Resources['Trail'].Properties.AdvancedEventSelectors;
    Object.assign(Resources['Trail'].Properties, trail);
    return findingsOf(aud14, { Resources: { ...Resources, ...more } }).map(({ message }) => message);
  };
  const advanced = (...fields: object[]) => ({
    AdvancedEventSelectors: [
      {
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['Data'] },
          { Field: 'resources.type', Equals: [FUNCTION] },
          ...fields,
        ],
      },
    ],
  });
  const classic = (Values: unknown[], more: object = {}) => ({
    EventSelectors: [{ DataResources: [{ Type: FUNCTION, Values }], ...more }],
  });
  const ARN = { 'Fn::GetAtt': ['Orders', 'Arn'] };

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['all functions', advanced()],
    ['this one', advanced({ Field: 'resources.ARN', Equals: [ARN] })],
    ['all, as it was said before', classic(['arn:aws:lambda'])],
    ['this one, as it was said before', classic([ARN])],
  ])('takes a trail that records %s', (_, trail) => expect(withTrail(trail)).toEqual([]));

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['nothing but management events', {}],
    ['another function', advanced({ Field: 'resources.ARN', Equals: ['arn:aws:lambda:eu-west-1:1:function:x'] })],
    ['reading only', advanced({ Field: 'readOnly', Equals: ['true'] })],
    ['reading only, as it was said before', classic(['arn:aws:lambda'], { ReadWriteType: 'ReadOnly' })],
  ])('finds one that records %s', (_, trail) =>
    expect(withTrail(trail)).toEqual([expect.stringContaining('the functions Orders;')]),
  );

  it('asks the same of functions that rotate what was declared', () => {
    const { Example: Secret } = declaredSecret({}).Resources as Resources;
    const rotation = {
      Secret,
      Rotate: { Type: FUNCTION, Properties: {} },
      Schedule: {
        Type: 'AWS::SecretsManager::RotationSchedule',
        Properties: { SecretId: { Ref: 'Secret' }, RotationLambdaARN: { 'Fn::GetAtt': ['Rotate', 'Arn'] } },
      },
    };
    expect(withTrail({}, rotation)).toEqual([expect.stringContaining('the functions Orders, Rotate;')]);
  });

  it('asks nothing of functions that answer for nothing declared', () => {
    expect(withTrail(advanced(), { Other: { Type: FUNCTION, Properties: {} } })).toEqual([]);
  });
});
