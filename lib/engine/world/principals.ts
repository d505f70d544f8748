import type { Guard, PolicyText } from '../../model/policy';
import { alternatives, entries, holes, member } from '../../model/read';
import type { Resource, Snapshot, Template } from '../../model/snapshot';
import { isAbsent, isMap, isText, isUnknown, text, unknown } from '../../model/value';
import type { Unknown, Value } from '../../model/value';
import { canonical } from '../match/symbolic';
import { policiesOf } from '../parse/policies-of';
import { parsePolicy } from '../parse/policy-document';
import { Names, attachedPolicies, isPolicyText, managedPolicy, propertiesUnknown } from './attachments';
import type { Attached } from './attachments';
import { guardedElements, guardedValues, under } from './guarded';
import type { Principal, SourcedPolicy } from './world';

/** The roles and users of a snapshot with all that is attached to them. Linear in resources and attachments. */
export function principalsOf(snapshot: Snapshot): readonly Principal[] {
  const names = new Names(snapshot);
  const attached = attachedPolicies(snapshot, names);
  const groups = membershipsOf(snapshot, names);
  const profiles = instanceProfilesOf(snapshot, names);
  return (['role', 'user'] as const).flatMap((kind) =>
    snapshot
      .ofType(kind === 'role' ? 'AWS::IAM::Role' : 'AWS::IAM::User')
      .map((resource) => principalOf(resource, kind, { names, attached, groups, profiles })),
  );
}

interface Found {
  readonly names: Names;
  readonly attached: Attached;
  readonly groups: ReadonlyMap<string, readonly Membership[]>;
  readonly profiles: ReadonlyMap<string, readonly string[]>;
}

function principalOf(resource: Resource, kind: Principal['kind'], found: Found): Principal {
  const groups = found.groups.get(resource.key) ?? [];
  const ofGroups = groups.flatMap(({ key, guards }) =>
    (found.attached.get(key) ?? []).map((each) => ({ ...each, document: under(guards, each.document), group: key })),
  );
  const boundary = boundaryOf(resource, found.names);
  const trust = policiesOf(resource).find(({ role }) => role === 'trust');
  const path = member(resource.properties, 'Path');
  return {
    kind,
    key: resource.key,
    resource,
    ...(resource.constructPath === undefined ? {} : { constructPath: resource.constructPath }),
    arn: textOr(resource.arn, `the ARN of ${resource.logicalId}`),
    account: accountOf(resource.template),
    name: textOr(resource.ref, `the name of ${resource.logicalId}`),
    path: isAbsent(path) ? '/' : textOr(path, `the path of ${resource.logicalId}`),
    ...tagsOf(resource),
    policies: [...(found.attached.get(resource.key) ?? []), ...ofGroups],
    ...(boundary === undefined ? {} : { boundary }),
    ...(trust === undefined
      ? {}
      : { trust: { layer: 'trust', document: trust.document, resource, place: trust.place } as const }),
    groups: [...new Set(groups.map(({ key }) => key))],
    instanceProfiles: found.profiles.get(resource.key) ?? [],
  };
}

const ACCOUNT = text([{ shape: 'account', source: 'AWS::AccountId' }]);

/** Templates of which the account is not known are all taken to be deployed to the same one. */
export function accountOf(template: Template): PolicyText {
  return template.account ?? ACCOUNT;
}

export function textOr(value: Value | undefined, what: string): PolicyText {
  return isPolicyText(value) ? value : unknown('attribute', what);
}

/** Several, by conditions of the template, are one document whose statements have guards; none allows everything. */
function boundaryOf(resource: Resource, names: Names): SourcedPolicy | undefined {
  const place = 'PermissionsBoundary';
  const lost = propertiesUnknown(resource);
  if (lost !== undefined) return { ...lost, layer: 'boundary' };
  const found = guardedValues(member(resource.properties, place), resource.guards);
  if (found.every(({ value }) => isAbsent(value))) return undefined;
  const each = found.map(({ value, guards }): SourcedPolicy => {
    if (!isAbsent(value)) return managedPolicy(value, guards, 'boundary', names, resource, place);
    return { layer: 'boundary', document: under(guards, ALLOW_ALL), resource, place };
  });
  if (each.length === 1) return each[0];
  return {
    layer: 'boundary',
    document: {
      statements: each.flatMap(({ document }) => document.statements),
      unknowns: each.flatMap(({ document }) => document.unknowns),
    },
    resource,
    place,
  };
}

const ALLOW_ALL = parsePolicy({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });

/** The tags of a resource in either form: a list of keys and values, or a map. */
export function tagsOf(resource: Resource): {
  readonly tags: ReadonlyMap<string, PolicyText>;
  readonly unknownTags?: Unknown;
} {
  const tags = new Map<string, PolicyText>();
  let unknownTags: Unknown | undefined;
  const open = (): void => {
    unknownTags ??= unknown('function', `the tags of ${resource.logicalId}`);
  };
  const put = (key: Value | undefined, value: Value | undefined): void => {
    if (typeof key === 'string' && isPolicyText(value) && !isUnknown(value)) tags.set(key, value);
    else open();
  };
  for (const list of [member(resource.properties, 'Tags')]) {
    if (isMap(list) && !isAbsent(list)) for (const [key, value] of entries(list)) put(key, value);
    else {
      for (const { value, guards } of guardedElements(list)) {
        if (isMap(value) && guards.length === 0) put(value.Key, value.Value);
        else open();
      }
    }
  }
  if (propertiesUnknown(resource) !== undefined) open();
  return { tags, ...(unknownTags === undefined ? {} : { unknownTags }) };
}

interface Membership {
  /** The key of the group. */
  readonly key: string;
  readonly guards: readonly Guard[];
}

/** The groups of each user, by its key. */
function membershipsOf(snapshot: Snapshot, names: Names): ReadonlyMap<string, readonly Membership[]> {
  const groups = new Map<string, Membership[]>();
  const join = (user: string, membership: Membership): void => {
    const known = groups.get(user);
    if (known === undefined) groups.set(user, [membership]);
    else known.push(membership);
  };
  for (const user of snapshot.ofType('AWS::IAM::User')) {
    for (const { key, guards } of namedIn(user, 'Groups', 'AWS::IAM::Group', names)) join(user.key, { key, guards });
  }
  for (const addition of snapshot.ofType('AWS::IAM::UserToGroupAddition')) {
    for (const group of namedIn(addition, 'GroupName', 'AWS::IAM::Group', names)) {
      for (const user of namedIn(addition, 'Users', 'AWS::IAM::User', names)) {
        join(user.key, { key: group.key, guards: [...addition.guards, ...group.guards, ...user.guards] });
      }
    }
  }
  return groups;
}

function namedIn(holder: Resource, property: string, type: string, names: Names): readonly Membership[] {
  return guardedElements(member(holder.properties, property)).flatMap(({ value, guards }) => {
    const found = isPolicyText(value) ? names.named(type, value, holder) : undefined;
    return found === undefined ? [] : [{ key: found.key, guards }];
  });
}

/** The keys of the instance profiles of each role. */
function instanceProfilesOf(snapshot: Snapshot, names: Names): ReadonlyMap<string, readonly string[]> {
  const profiles = new Map<string, string[]>();
  for (const profile of snapshot.ofType('AWS::IAM::InstanceProfile')) {
    for (const role of namedIn(profile, 'Roles', 'AWS::IAM::Role', names)) {
      profiles.set(role.key, [...(profiles.get(role.key) ?? []), profile.key]);
    }
  }
  return profiles;
}

/** The account of an ARN: a part between colons, literal or one hole. `undefined` where it does not tell. */
export function accountOfArn(arn: PolicyText): PolicyText | undefined {
  if (isUnknown(arn)) return undefined;
  if (typeof arn === 'string') return fifth(arn);
  const found = fifth(
    canonical(arn).replaceAll(/\u0001[^\u0002]*\u0002/g, (symbol) => symbol.replaceAll(':', '\u0005')),
  );
  if (found === undefined || !found.includes('\u0001')) return found;
  const hole = holes(arn).find(
    (each) => each.shape === 'account' && found.includes(each.source.replaceAll(':', '\u0005')),
  );
  return hole === undefined ? undefined : text([hole]);
}

function fifth(arn: string): string | undefined {
  const account = arn.split(':', 5)[4];
  return account === undefined || account === '' || /[*?$]/.test(account) ? undefined : account;
}

/** Whichever resources a text names by its holes. */
export function resourcesIn(value: Value | undefined): readonly string[] {
  return alternatives(value).flatMap((each) =>
    isText(each) ? holes(each).flatMap(({ resource }) => (resource === undefined ? [] : [resource])) : [],
  );
}
