import { describe, expect, it } from 'vitest';
import { allow, ask, role, world } from './support';

const here = (service: string, rest: string): string => `arn:aws:${service}:eu-west-1:111122223333:${rest}`;
const DEFAULT = here('events', 'event-bus/default');
const ABROAD = { kind: 'arn', arn: 'arn:aws:iam::999988887777:role/x' } as const;

describe('the default event bus, which no template makes', () => {
  const policy = (name: object = {}) => ({
    Role: role([]),
    Policy: {
      Type: 'AWS::Events::EventBusPolicy',
      Properties: {
        ...name,
        StatementId: 's',
        Statement: { Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: DEFAULT },
      },
    },
  });
  const put = (resources: object, resource = DEFAULT, principal = {}): string =>
    ask(world(resources as never), { action: 'events:PutEvents', resource, ...principal });

  it.each<[string, unknown, string]>([
    ['everything', '*', 'must'],
    ['this bus', DEFAULT, 'must'],
    ['every bus', 'arn:aws:events:*:*:event-bus/*', 'must'],
    ['another bus', here('events', 'event-bus/mine'), 'no'],
    ['the bus of another region', DEFAULT.replace('eu-west-1', 'us-east-1'), 'no'],
  ])('takes events from whom an identity policy allows it on %s', (_, resource, expected) => {
    expect(put({ Role: role([allow('events:PutEvents', resource)]) })).toBe(expected);
  });

  it.each([{}, { EventBusName: 'default' }])('has the policy that names %j', (name) => {
    expect(put(policy(name))).toBe('must');
    expect(put(policy(name), DEFAULT, { principal: ABROAD })).not.toBe('no');
    expect(put(policy(name), here('events', 'event-bus/other'))).toBe('no');
  });

  it('has not the policy of another bus', () => {
    expect(put(policy({ EventBusName: 'mine' }))).toBe('no');
  });
});

describe('a function outside of the templates, by its name', () => {
  it('is who a permission names, and no other is', () => {
    const of = world({
      Role: role([]),
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: { FunctionName: 'elsewhere', Principal: '111122223333', Action: 'lambda:InvokeFunction' },
      },
      Other: {
        Type: 'AWS::Lambda::Permission',
        Properties: { FunctionName: 'named', Principal: '*', Action: 'lambda:InvokeFunction' },
      },
    });
    const invoke = (name: string): string =>
      ask(of, { action: 'lambda:InvokeFunction', resource: here('lambda', `function:${name}`) });
    expect(invoke('named')).toBe('must');
    expect(invoke('elsewhere')).toBe('no');
    expect(invoke('third')).toBe('no');
  });
});
