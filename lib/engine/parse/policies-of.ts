import type { Guard, PolicyDocument, PolicyText } from '../../model/policy';
import { member } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { ABSENT, isAbsent, isChoice, isList, isMap, isText, isUnknown, unknown } from '../../model/value';
import type { Value } from '../../model/value';
import { parsePolicy } from './policy-document';
import { settleTop } from './settle';

/** What a policy decides about. */
export type PolicyRole = 'identity' | 'trust' | 'resource';

/** A policy document and where it stands. */
export interface AttachedPolicy {
  readonly role: PolicyRole;
  /** `Policies[1].PolicyDocument`, for messages. */
  readonly place: string;
  /** `PolicyName` of an inline policy. */
  readonly name?: PolicyText;
  readonly document: PolicyDocument;
}

interface Place {
  readonly role: PolicyRole;
  readonly property: string;
  /** A list of inline policies, each with `PolicyName` and `PolicyDocument`. */
  readonly inline?: boolean;
  /** Where else it may stand. */
  readonly within?: readonly string[];
}

const INLINE: Place = { role: 'identity', property: 'Policies', inline: true };
const DOCUMENT: Place = { role: 'identity', property: 'PolicyDocument' };
const ON_RESOURCE: Place = { role: 'resource', property: 'PolicyDocument' };

/** Where each resource type keeps its policies. */
const PLACES: Readonly<Record<string, readonly Place[]>> = {
  'AWS::IAM::Role': [{ role: 'trust', property: 'AssumeRolePolicyDocument' }, INLINE],
  'AWS::IAM::User': [INLINE],
  'AWS::IAM::Group': [INLINE],
  'AWS::IAM::Policy': [DOCUMENT],
  'AWS::IAM::ManagedPolicy': [DOCUMENT],
  'AWS::IAM::RolePolicy': [DOCUMENT],
  'AWS::IAM::UserPolicy': [DOCUMENT],
  'AWS::IAM::GroupPolicy': [DOCUMENT],
  'AWS::SSO::PermissionSet': [{ role: 'identity', property: 'InlinePolicy' }],
  'AWS::S3::BucketPolicy': [ON_RESOURCE],
  'AWS::KMS::Key': [{ role: 'resource', property: 'KeyPolicy' }],
  'AWS::KMS::ReplicaKey': [{ role: 'resource', property: 'KeyPolicy' }],
  'AWS::SecretsManager::ResourcePolicy': [{ role: 'resource', property: 'ResourcePolicy' }],
  'AWS::Lambda::ResourcePolicy': [ON_RESOURCE],
  'AWS::SQS::QueuePolicy': [ON_RESOURCE],
  'AWS::SQS::QueueInlinePolicy': [ON_RESOURCE],
  'AWS::SNS::TopicPolicy': [ON_RESOURCE],
  'AWS::SNS::TopicInlinePolicy': [ON_RESOURCE],
  'AWS::ApiGateway::RestApi': [
    { role: 'resource', property: 'Policy', within: ['Body', 'x-amazon-apigateway-policy'] },
  ],
  'AWS::ECR::Repository': [{ role: 'resource', property: 'RepositoryPolicyText' }],
  'AWS::Logs::ResourcePolicy': [ON_RESOURCE],
};

/** The resource types that carry policies of this sort, for the `types` of a rule. */
export function typesWith(role: PolicyRole): readonly string[] {
  return Object.keys(PLACES).filter((type) => PLACES[type].some((place) => place.role === role));
}

const parsed = new WeakMap<Resource, readonly AttachedPolicy[]>();

/** Every policy that a resource carries itself, read once per resource. A property that is absent gives none. */
export function policiesOf(resource: Resource): readonly AttachedPolicy[] {
  const known = parsed.get(resource);
  if (known !== undefined) return known;
  const places = Object.hasOwn(PLACES, resource.type) ? PLACES[resource.type] : [];
  // Policies of a resource under a condition exist under that condition.
  const { guards } = resource;
  const found = places.flatMap((place) => {
    const value = member(resource.properties, place.property);
    const within = place.within === undefined ? ABSENT : member(resource.properties, ...place.within);
    if (place.within !== undefined && !isAbsent(within)) {
      // No page says which of two counts.
      const other: PolicyDocument = isAbsent(value)
        ? parsePolicy(within, guards)
        : { statements: [], unknowns: [unknown('attribute', `which policy of ${resource.logicalId} counts, of two`)] };
      return [{ role: place.role, place: place.within.join('.'), document: other }];
    }
    if (isAbsent(value)) return [];
    if (place.inline === true) return inline(place, value, guards);
    return [{ role: place.role, place: place.property, document: parsePolicy(value, guards) }];
  });
  parsed.set(resource, found);
  return found;
}

/** Identity policies on the resource itself: inline ones of a role, user or group; the document of a policy. */
export function identityPolicies(resource: Resource): readonly AttachedPolicy[] {
  return policiesOf(resource).filter((each) => each.role === 'identity');
}

/** The trust policy of a role. */
export function trustPolicy(resource: Resource): PolicyDocument | undefined {
  return policiesOf(resource).find((each) => each.role === 'trust')?.document;
}

/** The resource policy: of a key or an API its own; of a bucket policy and the like what it attaches. */
export function resourcePolicy(resource: Resource): PolicyDocument | undefined {
  return policiesOf(resource).find((each) => each.role === 'resource')?.document;
}

const MOST_ALTERNATIVES = 64;

function inline(place: Place, list: Value, guards: readonly Guard[]): readonly AttachedPolicy[] {
  const unreadable = (at: string, value: Value): AttachedPolicy => ({
    role: place.role,
    place: at,
    document: { statements: [], unknowns: [isUnknown(value) ? value : unknown('malformed', `${at} is no policy`)] },
  });
  const settled = settle({ value: list, guards });
  if (settled === undefined)
    return [unreadable(place.property, unknown('budget', `${place.property}: too many choices`))];
  return settled.flatMap((source) => {
    if (isAbsent(source.value)) return [];
    if (!isList(source.value)) return [unreadable(place.property, source.value)];
    return source.value.flatMap((element, index) => {
      const at = `${place.property}[${index}]`;
      const each = settle({ value: element, guards: source.guards });
      if (each === undefined) return [unreadable(at, unknown('budget', `${at}: too many choices`))];
      return each.flatMap(({ value, guards }): readonly AttachedPolicy[] => {
        if (isAbsent(value)) return [];
        const document = member(value, 'PolicyDocument');
        if (!isMap(value) || isAbsent(document)) return [unreadable(at, value)];
        const name = value.PolicyName;
        return [
          {
            role: place.role,
            place: `${at}.PolicyDocument`,
            ...(typeof name === 'string' || isText(name) ? { name } : {}),
            document: parsePolicy(document, guards),
          },
        ];
      });
    });
  });
}

function settle(source: { readonly value: Value; readonly guards: readonly Guard[] }): ReturnType<typeof settleTop> {
  return isChoice(source.value) || source.guards.length > 0 ? settleTop(source, MOST_ALTERNATIVES) : [source];
}
