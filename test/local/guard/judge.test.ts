import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../local/guard/caller';
import type { PrincipalFact } from '../../../local/guard/facts';
import { judge } from '../../../local/guard/judge';
import type { Needed } from '../../../local/guard/judge';

const ARN = 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders';
const needed: Needed = { action: 'dynamodb:GetItem', resource: ARN, resourceAccount: '111122223333', on: [] };
const ORIGIN = { sourceIp: '127.0.0.1', tls: true };

function caller(statement: object, more: Partial<PrincipalFact> = {}): Caller {
  const principal: PrincipalFact = {
    arn: 'arn:aws:iam::111122223333:role/Reader',
    name: 'Reader',
    path: '/',
    tags: [],
    trust: { Statement: [] },
    inline: { p: { Statement: [{ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: ARN, ...statement }] } },
    managed: [],
    boundary: null,
    ...more,
  };
  return { shown: principal.arn, principal, session: { name: 's' }, context: {} };
}

const decide =
  (who: Caller, what: Needed = needed) =>
  () =>
    judge(who, [what], 'eu-west-1', ORIGIN);

describe('what the guard lets through', () => {
  it('is what is allowed for sure', () => {
    expect(decide(caller({}))).not.toThrow();
    expect(decide(caller({ Resource: `${ARN}s` }))).toThrow('no identity policy allows it');
    expect(decide(caller({ Effect: 'Deny', Sid: 'No' }))).toThrow('explicit deny in a identity policy: No');
  });

  it('is nothing that hangs on a condition key of which the guard knows nothing', () => {
    const open = { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } };
    expect(decide(caller({ Condition: open }))).toThrow('not known: it depends on aws:principalorgid');
    const absent = { StringNotEqualsIfExists: { 'dynamodb:Select': 'COUNT' } };
    expect(decide(caller({ Condition: absent }))).toThrow('not known');
  });

  it('depends on what the connection and the clock say', () => {
    expect(decide(caller({ Condition: { Bool: { 'aws:SecureTransport': 'true' } } }))).not.toThrow();
    expect(decide(caller({ Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }))).toThrow('identity');
    const past = { DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } };
    expect(decide(caller({ Condition: past }))).toThrow('identity');
  });

  it('is nothing beyond a boundary, and nothing by a managed policy that nobody can read', () => {
    const boundary = { arn: 'arn:aws:iam::111122223333:policy/b', document: { Statement: [] } };
    expect(decide(caller({}, { boundary }))).toThrow('no boundary policy allows it');
    const managed = [{ arn: 'arn:aws:iam::aws:policy/Some', document: null }];
    expect(decide(caller({}, { managed }))).toThrow('not known: it depends on the managed policy');
    expect(decide(caller({}, { inline: {}, managed }))).toThrow('not known');
  });

  it('needs every permission that the request needs', () => {
    const key = 'arn:aws:kms:eu-west-1:111122223333:key/1';
    const decrypt: Needed = {
      action: 'kms:Decrypt',
      resource: key,
      resourceAccount: '111122223333',
      on: [
        { type: 'AWS::KMS::Key', arn: key, account: '111122223333', region: 'eu-west-1', policy: { Statement: [] } },
      ],
    };
    const both = caller({ Action: ['dynamodb:GetItem', 'kms:Decrypt'], Resource: '*' });
    expect(() => judge(both, [needed, decrypt], 'eu-west-1', ORIGIN)).toThrow('kms:Decrypt');
  });
});
