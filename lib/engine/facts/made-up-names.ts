import type { PolicyText, Statement } from '../../model/policy';
import { referencedResources } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isAbsent, isText, isUnknown } from '../../model/value';

interface Naming {
  readonly property: string;
  /** What stands before the name in an ARN, and what may follow it. */
  readonly before: string;
  readonly after: RegExp;
  /** Whether CloudFormation begins the name with the logical id. Else it ends with a hyphen and random signs. */
  readonly beginsWithId?: true;
}

/**
 * How CloudFormation names what the template gives no name.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
 */
const NAMINGS: Readonly<Record<string, Naming>> = {
  'AWS::SecretsManager::Secret': { property: 'Name', before: ':secret:', after: /$/, beginsWithId: true },
  'AWS::S3::Bucket': { property: 'BucketName', before: ':::', after: /\/.*$/s },
  'AWS::Lambda::Function': { property: 'FunctionName', before: ':function:', after: /:.*$/s },
};

const RANDOM_END = /-[A-Za-z0-9]{8,16}$/;
const HOLE = '\0';

/**
 * Whether a statement can be about a resource to which CloudFormation gives a name: not where it names others, in full or
 * by reference.
 * Of a resource that has a name, patterns tell already.
 */
export function mayMeanMadeUp({ resources }: Statement, resource: Resource, snapshot: Snapshot): boolean {
  const naming = Object.hasOwn(NAMINGS, resource.type) ? NAMINGS[resource.type] : undefined;
  if (naming === undefined || !isAbsent(resource.properties[naming.property])) return true;
  if (resources === undefined || resources.negated) return true;
  return resources.patterns.some(
    (each) => !namesOther(each, resource, snapshot) && canBe(each, naming, resource.logicalId),
  );
}

/** By a reference to another one of the same type. */
function namesOther(pattern: PolicyText, { key, type }: Resource, snapshot: Snapshot): boolean {
  const named = referencedResources(pattern);
  return !named.includes(key) && named.some((each) => snapshot.byKey(each)?.type === type);
}

function canBe(pattern: PolicyText, { before, after, beginsWithId }: Naming, logicalId: string): boolean {
  if (isUnknown(pattern)) return true;
  const parts = isText(pattern) ? pattern.parts : [pattern];
  const shown = parts.map((part) => (typeof part === 'string' ? part : HOLE)).join('');
  const at = shown.indexOf(before);
  if (at < 0) return true;
  const name = shown.slice(at + before.length).replace(after, '');
  const open = name.search(/[*?\0]/);
  if (beginsWithId !== true) return open >= 0 || RANDOM_END.test(name);
  const known = open < 0 ? name : name.slice(0, open);
  const begin = `${logicalId}-`;
  return open < 0 ? known.startsWith(begin) : known.startsWith(begin) || begin.startsWith(known);
}
