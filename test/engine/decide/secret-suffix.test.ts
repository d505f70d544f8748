import { expect, it } from 'vitest';
import type { PolicyText } from '../../../lib/model/policy';
import { allow, ask, role, world } from './support';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:';
const secret = (Name?: string): object => ({ Type: 'AWS::SecretsManager::Secret', Properties: { Name } });

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html */
it.each<[unknown, string, string]>([
  [`${ARN}name-??????`, 'must', 'no'],
  [{ 'Fn::Sub': 'arn:${AWS::Partition}:secretsmanager:*:${AWS::AccountId}:secret:name-??????' }, 'must', 'no'],
  [`${ARN}nam?-??????`, 'must', 'no'],
  [`${ARN}name-*`, 'must', 'must'],
  [`${ARN}name-?????*`, 'must', 'must'],
  [`${ARN}name-???????`, 'no', 'no'],
  [`${ARN}name-?????`, 'no', 'no'],
  [`${ARN}name`, 'no', 'no'],
  [`${ARN}name-AbCdEf`, 'may', 'no'],
  [`${ARN}name-Ab????`, 'may', 'no'],
  [`${ARN}name-Ab-dEf`, 'no', 'no'],
  [`${ARN}name-AbCdEfg`, 'no', 'no'],
  [`${ARN}name-longer-??????`, 'no', 'must'],
])('a secret ends with six letters and digits: %j is %s of name, %s of name-longer', (Resource, of, ofLonger) => {
  const found = world({
    Role: role([allow('secretsmanager:GetSecretValue', Resource)]),
    Name: secret('name'),
    Longer: secret('name-longer'),
  });
  const asked = (id: string): string =>
    ask(found, {
      action: 'secretsmanager:GetSecretValue',
      resource: found.snapshot.byKey(`T#${id}`)?.arn as PolicyText,
    });
  expect([asked('Name'), asked('Longer')]).toEqual([of, ofLonger]);
});

it('of a name that CloudFormation makes up nothing is known', () => {
  const found = world({
    Role: role([allow('secretsmanager:GetSecretValue', `${ARN}Made-*`)]),
    Made: secret(),
  });
  const resource = found.snapshot.byKey('T#Made')?.arn as PolicyText;
  expect(ask(found, { action: 'secretsmanager:GetSecretValue', resource })).toBe('may');
});
