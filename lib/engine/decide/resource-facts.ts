import type { PolicyText } from '../../model/policy';
import { member, referencedResources } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { isAbsent, isUnknown, unknown } from '../../model/value';
import type { Value } from '../../model/value';
import { ABSENT_KEY, known, oneOf } from '../conditions/known';
import type { Known } from '../conditions/known';
import { canonical } from '../match/symbolic';
import { isPolicyText } from '../world/attachments';
import type { World } from '../world/world';

interface Property {
  readonly type: string;
  readonly name: string;
  /** What it is where the template does not say. */
  readonly otherwise?: string;
}

const ofKey = (name: string, otherwise: string): Property => ({ type: 'AWS::KMS::Key', name, otherwise });

/** Keys that are a property of the template. */
const PROPERTIES: ReadonlyMap<string, Property> = new Map([
  ['kms:keyspec', ofKey('KeySpec', 'SYMMETRIC_DEFAULT')],
  ['kms:customermasterkeyspec', ofKey('KeySpec', 'SYMMETRIC_DEFAULT')],
  ['kms:keyusage', ofKey('KeyUsage', 'ENCRYPT_DECRYPT')],
  ['kms:customermasterkeyusage', ofKey('KeyUsage', 'ENCRYPT_DECRYPT')],
  ['kms:keyorigin', ofKey('Origin', 'AWS_KMS')],
  ['kms:multiregion', ofKey('MultiRegion', 'false')],
  ['ec2:instancetype', { type: 'AWS::EC2::Instance', name: 'InstanceType' }],
  ['rds:databaseclass', { type: 'AWS::RDS::DBInstance', name: 'DBInstanceClass' }],
]);

/** What the template tells of a key that describes the resource; `undefined` where it does not. */
export function resourceFact(key: string, resource: Resource, world: World): Known | undefined {
  if (key === 'iam:permissionsboundary') return boundaryOf(resource);
  if (key === 'ec2:instanceprofile') return profileOf(resource, world);
  if (key === 'kms:resourcealiases' || key === 'kms:requestalias') return aliases(key, resource, world);
  const property = PROPERTIES.get(key);
  if (property === undefined || property.type !== resource.type) return undefined;
  const { name, otherwise } = property;
  const value = member(resource.properties, name);
  if (isAbsent(value)) return otherwise === undefined ? undefined : known(otherwise);
  return known(textOf(value, `the ${name} of ${resource.logicalId}`));
}

function textOf(value: Value, what: string): PolicyText {
  if (isPolicyText(value)) return value;
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : unknown('attribute', what);
}

function boundaryOf({ type, properties }: Resource): Known | undefined {
  if (type !== 'AWS::IAM::Role' && type !== 'AWS::IAM::User') return undefined;
  const boundary = member(properties, 'PermissionsBoundary');
  if (isAbsent(boundary)) return ABSENT_KEY;
  return isPolicyText(boundary) ? known(boundary) : undefined;
}

/** An instance with a launch template may have the profile of that. */
function profileOf({ type, properties }: Resource, { snapshot }: World): Known | undefined {
  if (type !== 'AWS::EC2::Instance' || !isAbsent(member(properties, 'LaunchTemplate'))) return undefined;
  const profile = member(properties, 'IamInstanceProfile');
  if (isAbsent(profile)) return ABSENT_KEY;
  if (!isPolicyText(profile) || isUnknown(profile)) return undefined;
  const arn = snapshot
    .ofType('AWS::IAM::InstanceProfile')
    .find(({ ref }) => isPolicyText(ref) && canonical(ref) === canonical(profile))?.arn;
  return isPolicyText(arn) ? known(arn) : undefined;
}

/**
 * A key has the aliases of the templates, and maybe others. A request names one of them, or the key itself.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
function aliases(key: string, resource: Resource, { snapshot }: World): Known | undefined {
  const names = snapshot
    .ofType('AWS::KMS::Alias')
    .filter(
      ({ guards, properties }) =>
        guards.length === 0 && isOnly(referencedResources(member(properties, 'TargetKeyId')), resource.key),
    )
    .map(({ properties, logicalId }) => textOf(member(properties, 'AliasName'), `the name of ${logicalId}`));
  if (key === 'kms:requestalias') return { state: 'open', choices: [ABSENT_KEY, ...names.map((each) => known(each))] };
  if (names.length === 0) return undefined;
  return oneOf(known(...names), known(...names, unknown('attribute', `the other aliases of ${resource.logicalId}`)));
}

function isOnly(keys: readonly string[], key: string): boolean {
  return keys.length === 1 && keys[0] === key;
}
