import type { Guard, PolicyText } from '../../model/policy';
import { holes, member, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isText, isUnknown, unknown } from '../../model/value';
import type { Value } from '../../model/value';
import { canonical, sameText } from '../match/symbolic';
import { policiesOf } from '../parse/policies-of';
import { guardedElements, under } from './guarded';
import { awsManagedPolicy } from './managed-policies';
import type { Layer, SourcedPolicy } from './world';

/** A resource to which policies are attached, and what is attached to it. */
export type Attached = Map<string, SourcedPolicy[]>;

/** Which property of which policy resource lists whom it is attached to. */
const LISTS: Readonly<Record<string, readonly (readonly [property: string, type: string])[]>> = {
  'AWS::IAM::Policy': [
    ['Roles', 'AWS::IAM::Role'],
    ['Users', 'AWS::IAM::User'],
    ['Groups', 'AWS::IAM::Group'],
  ],
  'AWS::IAM::ManagedPolicy': [
    ['Roles', 'AWS::IAM::Role'],
    ['Users', 'AWS::IAM::User'],
    ['Groups', 'AWS::IAM::Group'],
  ],
  'AWS::IAM::RolePolicy': [['RoleName', 'AWS::IAM::Role']],
  'AWS::IAM::UserPolicy': [['UserName', 'AWS::IAM::User']],
  'AWS::IAM::GroupPolicy': [['GroupName', 'AWS::IAM::Group']],
};

/** Finds resources by what a property says: their name, their ARN or a reference. */
export class Names {
  private readonly byName = new Map<string, Resource[]>();
  private readonly byArn = new Map<string, Resource>();

  constructor(private readonly snapshot: Snapshot) {
    for (const type of ['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group', 'AWS::IAM::ManagedPolicy']) {
      for (const resource of snapshot.ofType(type)) {
        const { ref, arn } = resource;
        if (isPolicyText(ref)) {
          const name = `${type} ${canonical(ref)}`;
          const same = this.byName.get(name);
          if (same === undefined) this.byName.set(name, [resource]);
          else same.push(resource);
        }
        if (isPolicyText(arn)) this.byArn.set(canonical(arn), resource);
      }
    }
  }

  /** The resource of a type that a text of `at` names for sure: a name is one of its own account. */
  named(type: string, text: PolicyText, at?: Resource): Resource | undefined {
    return this.ofName(type, text, at) ?? this.byArn.get(canonical(text)) ?? this.referred(type, text);
  }

  private ofName(type: string, text: PolicyText, at: Resource | undefined): Resource | undefined {
    const same = this.byName.get(`${type} ${canonical(text)}`);
    if (same === undefined || at === undefined) return same?.at(-1);
    const { template } = at;
    return (
      same.find((each) => each.template === template) ??
      same.find((each) => each.template.account === template.account) ??
      same.filter((each) => each.template.account === undefined || template.account === undefined).at(-1)
    );
  }

  /** The resources of a type that a text which is not known may name. */
  maybeNamed(type: string, text: PolicyText): readonly Resource[] {
    if (typeof text === 'string') return [];
    return this.snapshot
      .ofType(type)
      .filter(({ ref }) => isPolicyText(ref) && !isGenerated(ref) && sameText(text, ref) === 'maybe');
  }

  private referred(type: string, text: PolicyText): Resource | undefined {
    if (!isText(text)) return undefined;
    for (const { resource } of holes(text)) {
      const found = resource === undefined ? undefined : this.snapshot.byKey(resource);
      if (found?.type === type) return found;
    }
    return undefined;
  }
}

/** A name that CloudFormation makes up is known to nobody before, so that no parameter can name it. */
function isGenerated(name: PolicyText): boolean {
  return isText(name) && holes(name).some(({ source, resource }) => source === resource);
}

/** All that is attached to roles, users and groups, by their keys, from whichever side. */
export function attachedPolicies(snapshot: Snapshot, names: Names): Attached {
  const attached: Attached = new Map();
  for (const type of ['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group']) {
    for (const resource of snapshot.ofType(type)) attached.set(resource.key, ownPolicies(resource, names));
  }
  for (const [type, lists] of Object.entries(LISTS)) {
    for (const policy of snapshot.ofType(type)) {
      for (const [property, principalType] of lists) attach(policy, property, principalType, names, attached);
    }
  }
  return attached;
}

function ownPolicies(resource: Resource, names: Names): SourcedPolicy[] {
  const found = policiesOf(resource)
    .filter(({ role }) => role === 'identity')
    .map(({ document, place }): SourcedPolicy => ({ layer: 'identity', document, resource, place }));
  const unknowns = propertiesUnknown(resource);
  if (unknowns !== undefined) found.push(unknowns);
  for (const { value, guards } of guardedElements(member(resource.properties, 'ManagedPolicyArns'), resource.guards)) {
    found.push(managedPolicy(value, guards, 'identity', names, resource, 'ManagedPolicyArns'));
  }
  for (const { value } of guardedElements(member(resource.properties, 'Groups'))) {
    const group = isPolicyText(value) ? names.named('AWS::IAM::Group', value, resource) : undefined;
    if (group === undefined && resource.type === 'AWS::IAM::User') {
      const cause = isUnknown(value) ? value : unknown('managed-policy', `the policies of the group ${show(value)}`);
      found.push(outside(cause, resource, 'identity', 'Groups'));
    }
  }
  return found;
}

/** A transform inside of the properties can bring any of them. */
export function propertiesUnknown(resource: Resource): SourcedPolicy | undefined {
  const rest = ['Fn::Transform', 'Fn::Malformed'].find((name) => Object.hasOwn(resource.properties, name));
  const value = rest === undefined ? undefined : resource.properties[rest];
  if (!isUnknown(value)) return undefined;
  return { layer: 'identity', document: { statements: [], unknowns: [value] }, resource, place: rest as string };
}

/** The policy behind an ARN: of the templates, of AWS, or unknown. */
export function managedPolicy(
  arn: Value,
  guards: readonly Guard[],
  layer: Layer,
  names: Names,
  holder: Resource,
  place: string,
): SourcedPolicy {
  if (!isPolicyText(arn)) return outside(unknown('malformed', `${place}: not an ARN`), holder, layer, place);
  if (isUnknown(arn)) return outside(arn, holder, layer, place);
  const policy = names.named('AWS::IAM::ManagedPolicy', arn, holder);
  if (policy !== undefined) {
    const [found] = policiesOf(policy);
    if (found !== undefined) {
      return { layer, document: under(guards, found.document), resource: policy, place: found.place };
    }
  }
  const shown = show(arn);
  const [, name] = /:iam::aws:policy\/(.+)$/.exec(shown) ?? [];
  const document = name === undefined ? undefined : awsManagedPolicy(name);
  if (document !== undefined) return { layer, document: under(guards, document), place: shown };
  return outside(unknown('managed-policy', `the managed policy ${shown}`), holder, layer, place);
}

function outside(cause: ReturnType<typeof unknown>, resource: Resource, layer: Layer, place: string): SourcedPolicy {
  return { layer, document: { statements: [], unknowns: [cause] }, resource, place };
}

function attach(policy: Resource, property: string, type: string, names: Names, attached: Attached): void {
  const own = policiesOf(policy)[0];
  if (own === undefined) return;
  for (const { value, guards } of guardedElements(member(policy.properties, property))) {
    if (!isPolicyText(value)) continue;
    const add = (to: Resource, more: readonly Guard[]): void => {
      const document = under([...guards, ...more], own.document);
      attached.get(to.key)?.push({ layer: 'identity', document, resource: policy, place: own.place });
    };
    const found = names.named(type, value, policy);
    if (found !== undefined) add(found, []);
    // A condition of nobody's: whether the parameter names this one is open.
    else for (const each of names.maybeNamed(type, value)) add(each, [openGuard(policy, each)]);
  }
}

function openGuard(policy: Resource, to: Resource): Guard {
  return { condition: `${policy.key} is attached to ${to.key}`, holds: true };
}

export function isPolicyText(value: Value | undefined): value is PolicyText {
  return typeof value === 'string' || isText(value) || isUnknown(value);
}
