import { describe, expect, it } from 'vitest';
import { aud8 } from '../../../lib/rules/audit/aud8-alarm-that-tells-nobody';
import { findingsOf } from '../rule-runner';

const Metadata = { 'cdk-bulkhead': { kind: 'audit-alarm', path: 'Record/Tampering' } };
const alarm = { Type: 'AWS::CloudWatch::Alarm', Metadata, Properties: { AlarmActions: [{ Ref: 'Topic' }] } };
const subscription = (more: object = {}) => ({
  Type: 'AWS::SNS::Subscription',
  Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'email', Endpoint: 'on-call@example.com', ...more },
});
const topic = { Type: 'AWS::SNS::Topic', Metadata, Properties: {} };
const filter = { FilterPolicy: { none: ['x'] } };
const found = (Resources: object) =>
  findingsOf(aud8, { Resources }).map(({ logicalId, detail }) => `${logicalId} ${detail}`);

describe('AUD8, of a topic that was declared', () => {
  it.each<[string, object, readonly string[]]>([
    ['nobody has subscribed', {}, ['Topic Subscription']],
    ['somebody has', { One: subscription() }, []],
    ['the one who has hears a part', { One: subscription(filter) }, ['Topic FilterPolicy']],
    ['one of two hears everything', { One: subscription(filter), Two: subscription() }, []],
    [
      'somebody has subscribed to another',
      { One: subscription({ TopicArn: 'arn:aws:sns:a:1:b' }) },
      ['Topic Subscription'],
    ],
  ])('asks who hears, where %s', (_, others, expected) => expect(found({ Topic: topic, ...others })).toEqual(expected));

  it('takes subscribers that the topic names itself', () => {
    const Properties = { Subscription: [{ Protocol: 'email', Endpoint: 'on-call@example.com' }] };
    expect(found({ Topic: { ...topic, Properties } })).toEqual([]);
  });

  it('leaves alone a topic that nobody declared: its subscribers may be elsewhere', () => {
    expect(found({ Topic: { Type: 'AWS::SNS::Topic', Properties: {} }, Alarm: alarm })).toEqual([]);
  });
});

describe('AUD8, of mute rules', () => {
  const mute = (name: unknown) => ({
    Type: 'AWS::CloudWatch::AlarmMuteRule',
    Properties: { MuteTargets: { AlarmNames: [name] } },
  });
  const others = { Topic: topic, One: subscription(), Alarm: alarm };

  it('finds an alarm that one mutes', () => {
    expect(found({ ...others, Mute: mute({ Ref: 'Alarm' }) })).toEqual(['Alarm MuteRule::Mute']);
  });

  it('leaves alone what it mutes besides', () => {
    const Mine = { Type: 'AWS::CloudWatch::Alarm', Properties: {} };
    expect(found({ ...others, Mine, Mute: mute({ Ref: 'Mine' }) })).toEqual([]);
    expect(found({ ...others, Mute: mute('other') })).toEqual([]);
  });
});
