import { describe, expect, it } from 'vitest';
import { allow, ask, deny, role, world } from './support';

const OBJECT = 'arn:aws:s3:::data/a';

describe('identity policies', () => {
  it('deny by default', () => {
    expect(ask(world({ Role: role([]) }), { action: 's3:GetObject', resource: OBJECT })).toBe('no');
  });
  it('allow what they name', () => {
    const of = world({ Role: role([allow('s3:Get*', 'arn:aws:s3:::data/*')]) });
    expect(ask(of, { action: 's3:GetObject', resource: OBJECT })).toBe('must');
    expect(ask(of, { action: 's3:PutObject', resource: OBJECT })).toBe('no');
    expect(ask(of, { action: 's3:GetObject', resource: 'arn:aws:s3:::other/a' })).toBe('no');
  });
  it('let a Deny win', () => {
    const of = world({ Role: role([allow('*'), deny('s3:*')]) });
    expect(ask(of, { action: 's3:GetObject', resource: OBJECT })).toBe('no');
  });
  it('avoid a Deny whose condition can fail', () => {
    const of = world({
      Role: role([allow('*'), deny('s3:*', '*', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } })]),
    });
    expect(ask(of, { action: 's3:GetObject', resource: OBJECT })).toBe('must');
    expect(ask(of, { action: 's3:GetObject', resource: OBJECT, context: { 'aws:SecureTransport': 'false' } })).toBe(
      'no',
    );
  });
  it('contradict', () => {
    const of = world({
      Role: role([
        allow('*', '*', { Condition: { StringEquals: { 'aws:SourceVpc': 'a' } } }),
        deny('s3:*', '*', { Condition: { StringEquals: { 'aws:SourceVpc': ['a', 'b'] } } }),
      ]),
    });
    expect(ask(of, { action: 's3:GetObject', resource: OBJECT })).toBe('no');
    expect(ask(of, { action: 'sqs:SendMessage', resource: 'arn:aws:sqs:eu-west-1:111122223333:q' })).toBe('must');
  });
});

describe('patterns', () => {
  it('find a request', () => {
    const of = world({
      Role: role([allow('s3:Get*', 'arn:aws:s3:::data/*'), deny('s3:GetObject', 'arn:aws:s3:::data/*')]),
    });
    expect(ask(of, { action: 's3:GetObject', resource: '*' })).toBe('no');
    expect(ask(of, { action: 's3:*', resource: '*' })).toBe('must');
    expect(ask(of, { action: 's3:Put*', resource: '*' })).toBe('no');
    expect(ask(of, { action: '*', resource: '*' })).toBe('must');
    expect(ask(of, { action: 'iam:*', resource: '*' })).toBe('no');
  });
});
