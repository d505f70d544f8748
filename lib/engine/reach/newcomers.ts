import type { PolicyText } from '../../model/policy';
import { show } from '../../model/read';
import type { Resource, Template } from '../../model/snapshot';
import { isText, text } from '../../model/value';
import type { TextPart } from '../../model/value';
import { parsePolicy } from '../parse/policy-document';
import { arnInAccount } from '../world/managed-policy-arn';
import type { Principal, SourcedPolicy } from '../world/world';

/** What somebody makes a principal of that is new. */
export interface Newcomer {
  readonly kind: Principal['kind'];
  /** Of which it is a member, which managed policy it has, within which boundary: each by its id and its name. */
  readonly of?: Named;
  readonly with?: Named;
  readonly within?: Named;
  readonly boundary?: SourcedPolicy;
  /** @default - one that allows everything, written by whoever made it */
  readonly policies?: readonly SourcedPolicy[];
  readonly groups?: readonly string[];
  readonly account: PolicyText;
  /** Any ARN of its partition. */
  readonly near: PolicyText;
  readonly template: Template;
  readonly guards?: Resource['guards'];
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Principals that are in no template, each made once. */
export class Newcomers {
  private readonly made = new Map<string, Principal>();

  of(newcomer: Newcomer): Principal {
    const said = (by: 'id' | 'name'): string =>
      (['of', 'with', 'within'] as const)
        .flatMap((each) => (newcomer[each] === undefined ? [] : ` ${each} ${newcomer[each][by]}`))
        .join('');
    const key = `new ${newcomer.kind}${said('id')}`;
    let found = this.made.get(key);
    if (found === undefined) this.made.set(key, (found = make(newcomer, key, `a new ${newcomer.kind}${said('name')}`)));
    return found;
  }
}

function make(newcomer: Newcomer, key: string, logicalId: string): Principal {
  const { kind, boundary, account, near, template, guards = [], groups = [], policies = [WRITTEN] } = newcomer;
  const called: TextPart = { shape: 'segment', source: key, resource: key };
  const begin = arnInAccount({ arn: near, account }, `${kind}/`);
  const arn = text([...(isText(begin) ? begin.parts : [show(begin)]), called]);
  const name = text([called]);
  const type = kind === 'role' ? 'AWS::IAM::Role' : 'AWS::IAM::User';
  return {
    kind,
    key,
    resource: { key, template, logicalId, type, properties: {}, ref: name, arn, guards, metadata: {} },
    arn,
    account,
    name,
    path: '/',
    tags: new Map(),
    policies,
    ...(boundary === undefined ? {} : { boundary }),
    mayBeRewritten: true,
    groups,
    instanceProfiles: [],
  };
}

const WRITTEN: SourcedPolicy = {
  layer: 'identity',
  document: parsePolicy({
    Statement: [{ Sid: 'WrittenByWhoMadeIt', Effect: 'Allow', Action: '*', Resource: '*' }],
  }),
  place: 'a policy written by whoever made it',
};
