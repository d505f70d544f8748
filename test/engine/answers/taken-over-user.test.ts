import { describe, expect, it } from 'vitest';
import { allow, arn, role, user } from '../reach/support/template';
import type { Json } from '../reach/support/template';
import { answerFor, brief } from './support';

const WITH_MFA: Json = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
const who = (name: string, condition: Json): string =>
  brief(
    answerFor(
      {
        U: user([{ ...(allow('sqs:SendMessage') as object), Condition: condition }]),
        P: role([allow('iam:CreateAccessKey', arn('U'))]),
      },
      { who: name, action: 'sqs:SendMessage', on: 'arn:aws:sqs:eu-west-1:111122223333:q' },
    ),
  );

describe('a user that somebody takes over by a key', () => {
  it('has no MFA for sure in these hands', () => {
    expect(who('U', WITH_MFA)).toMatch(/^granted/);
    expect(who('P', WITH_MFA)).toMatch(/^possible/);
  });

  it('is granted what asks for something else, or for no MFA', () => {
    expect(who('P', { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } })).toMatch(/^granted/);
    expect(who('P', { Bool: { 'aws:MultiFactorAuthPresent': 'false' } })).toMatch(/^possible/);
    expect(who('P', { BoolIfExists: { 'aws:SecureTransport': 'true' } })).toMatch(/^granted/);
  });
});
