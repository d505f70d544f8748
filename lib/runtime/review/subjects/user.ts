import { elements } from '../../../model/read';
import { isAbsent } from '../../../model/value';
import { allOf, IAM_PAGES, orMissing } from '../call';
import type { Call } from '../call';
import type { Declared, Deployed } from '../deployed';
import { attempt, deletedDifference, unknownDifference } from '../drift';
import type { Difference } from '../drift';
import { openPart } from '../fill';
import { identityDifferences } from './identity';

/** A user: what it may do, in which groups and within which boundary, and by which credentials. */
export async function userDifferences(user: Deployed, declared: Declared, call: Call): Promise<readonly Difference[]> {
  const UserName = user.physicalId;
  const found = (await orMissing(call('iam', 'GetUser', { UserName })))?.['User'];
  if (found === undefined) return [deletedDifference('the user is not there')];
  return [
    ...(await identityDifferences(user, 'User', found, declared, call)),
    ...(await attempt('Groups', () => groupsDifferences(user, declared, call))),
    ...(await attempt('Access keys', () => keyDifferences(user, declared, call))),
    ...(await attempt('Password', () => passwordDifferences(user, call))),
  ];
}

async function groupsDifferences(user: Deployed, declared: Declared, call: Call): Promise<readonly Difference[]> {
  const UserName = user.physicalId;
  const additions = declared
    .ofType('AWS::IAM::UserToGroupAddition')
    .filter(({ properties }) => elements(properties['Users']).includes(UserName))
    .map(({ properties }) => properties['GroupName']);
  const wanted = [...elements(user.properties['Groups']), ...additions];
  const open = wanted.map((each) => openPart(each)).find((each) => each !== undefined);
  if (open !== undefined) return [unknownDifference('Groups', `${open} is not known`)];
  const list = await allOf((page) => call('iam', 'ListGroupsForUser', { UserName, ...page }), 'Groups', IAM_PAGES);
  const actual = list.map(({ GroupName }) => String(GroupName));
  return [
    ...actual
      .filter((each) => !wanted.includes(each))
      .map((each): Difference => {
        const what = `is in the group ${each}, which nobody declared`;
        return { aspect: `Group ${each}`, sort: 'widened', severity: 'HIGH', what };
      }),
    ...wanted
      .map(String)
      .filter((each) => !actual.includes(each))
      .map((each): Difference => {
        const what = `is not in the group ${each}, as was declared`;
        return { aspect: `Group ${each}`, sort: 'narrowed', severity: 'LOW', what };
      }),
  ];
}

async function keyDifferences(user: Deployed, declared: Declared, call: Call): Promise<readonly Difference[]> {
  const UserName = user.physicalId;
  const wanted = declared.ofType('AWS::IAM::AccessKey').map(({ physicalId }) => physicalId);
  const keys = await allOf(
    (page) => call('iam', 'ListAccessKeys', { UserName, ...page }),
    'AccessKeyMetadata',
    IAM_PAGES,
  );
  return keys
    .map(({ AccessKeyId }) => String(AccessKeyId))
    .filter((id) => !wanted.includes(id))
    .map((id): Difference => {
      const what = `has the access key ${id}, which nobody declared`;
      return { aspect: `Access key ${id}`, sort: 'widened', severity: 'HIGH', what };
    });
}

async function passwordDifferences({ physicalId, properties }: Deployed, call: Call): Promise<readonly Difference[]> {
  if (!isAbsent(properties['LoginProfile'])) return [];
  const found = await orMissing(call('iam', 'GetLoginProfile', { UserName: physicalId }));
  if (found === undefined) return [];
  const what = 'has a password for the console, which nobody declared';
  return [{ aspect: 'Password', sort: 'widened', severity: 'HIGH', what }];
}
