import type { PolicyText } from '../../model/policy';
import type { Resource } from '../../model/snapshot';
import { show } from '../../model/read';
import { isText, text } from '../../model/value';
import type { TextPart } from '../../model/value';
import { canonical } from '../match/symbolic';
import { parsePolicy } from '../parse/policy-document';
import { partitionOf } from '../world/own-arn';
import type { Principal } from '../world/world';
import type { Technique } from './technique';

const ALLOW_ALL = parsePolicy({
  Statement: [{ Sid: 'WrittenByAnAdministrator', Effect: 'Allow', Action: '*', Resource: '*' }],
});

/** How an administrator comes by one; who gets there by making one needs no more steps. */
export const NEW_ADMINISTRATOR: Technique = {
  id: 'iam-new-administrator-role',
  references: ['stratus-create-backdoor-role'],
  target: 'account',
  needs: [[]],
  gain: 'administer',
};

/**
 * The role that an administrator of an account makes or takes over, one for each account: allowed everything, denied
 * nothing by policies of its own, under whatever name there is. What it is refused, every principal of the account is,
 * but for those whom the templates show. Its tags are as little known as its name.
 */
export class NewAdministrators {
  private readonly made = new Map<string, Principal>();

  of({ account, resource: { template } }: Principal): Principal {
    const id = canonical(account);
    let found = this.made.get(id);
    if (found === undefined) this.made.set(id, (found = newAdministrator(account, template)));
    return found;
  }

  isOne({ key, account }: Principal): boolean {
    return this.made.get(canonical(account))?.key === key;
  }
}

function newAdministrator(account: PolicyText, template: Resource['template']): Principal {
  const key = `new administrator of ${show(account)}`;
  const name = text([{ shape: 'any', source: `the name of a ${key}`, cause: 'attribute' }]);
  const parts: readonly TextPart[] = isText(account) ? account.parts : [show(account)];
  const arn = text([
    'arn:',
    partitionOf(template.region),
    ':iam::',
    ...parts,
    ':role/',
    ...(isText(name) ? name.parts : [name]),
  ]);
  return {
    kind: 'role',
    key,
    resource: {
      key,
      template,
      logicalId: 'a new administrator',
      type: 'AWS::IAM::Role',
      properties: {},
      ref: name,
      arn,
      guards: [],
      metadata: {},
    },
    arn,
    account,
    name,
    path: '/',
    tags: new Map(),
    policies: [{ layer: 'identity', document: ALLOW_ALL, place: 'a policy written by an administrator' }],
    mayBeRewritten: true,
    groups: [],
    instanceProfiles: [],
  };
}
