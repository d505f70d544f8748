/**
 * The longest that pseudo parameters become: `ap-southeast-1` has 14 characters, `us-isof-south-1` has 15.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/rande.html
 */
const PSEUDO: Readonly<Record<string, number>> = {
  'AWS::AccountId': 12,
  'AWS::NoValue': 0,
  'AWS::Partition': 'aws-us-gov'.length,
  'AWS::Region': 'us-isof-south-1'.length,
  'AWS::StackId': 256,
  'AWS::StackName': 128,
  'AWS::URLSuffix': 'amazonaws.com.cn'.length,
};

/** The characters of a managed policy, white space not counted. */
export const MANAGED_POLICY_LIMIT = 6144;

/** A role's ARN with the longest partition and a name of 64 characters, without a path. */
const ROLE_ARN = 'arn:aws-us-gov:iam::123456789012:role/'.length + 64;

/** What is not modelled, such as a parameter: as long as a name may be in most services. */
const UNKNOWN = 128;

/**
 * The characters of a resolved policy document after the longest expansion of its intrinsics. Templates are shorter
 * than what CloudFormation hands to the service, so a limit is measured on this. IAM does not count white space.
 *
 * A reference is taken for a role's ARN where it reads an attribute `Arn` or imports a value; `lengths` tells the
 * length of the `Ref`s that are known better, by logical id.
 */
export function worstCaseLength(resolved: unknown, lengths: Readonly<Record<string, number>> = {}): number {
  if (Array.isArray(resolved)) return enclosed(resolved.map((each) => worstCaseLength(each, lengths)));
  if (resolved === null || typeof resolved !== 'object') return (JSON.stringify(resolved) ?? '').length;
  const text = intrinsicLength(resolved as Record<string, unknown>, lengths);
  if (text !== undefined) return text + '""'.length;
  return enclosed(
    Object.entries(resolved).map(([key, each]) => JSON.stringify(key).length + 1 + worstCaseLength(each, lengths)),
  );
}

/** Brackets, and the commas between. */
function enclosed(parts: readonly number[]): number {
  return parts.reduce((sum, each) => sum + each, 2) + Math.max(0, parts.length - 1);
}

/** The characters that an intrinsic becomes; undefined for a plain map. */
function intrinsicLength(map: Record<string, unknown>, lengths: Readonly<Record<string, number>>): number | undefined {
  const [[key, argument] = ['', undefined], ...more] = Object.entries(map);
  if (more.length > 0) return undefined;
  if (key === 'Ref') return PSEUDO[String(argument)] ?? lengths[String(argument)] ?? UNKNOWN;
  if (key === 'Fn::GetAtt') return [argument].flat(1).join('.').endsWith('.Arn') ? ROLE_ARN : UNKNOWN;
  if (key === 'Fn::ImportValue' || key === 'Fn::GetStackOutput') return ROLE_ARN;
  if (key === 'Fn::Join') return joinLength(argument, lengths);
  return key.startsWith('Fn::') ? UNKNOWN : undefined;
}

function joinLength(argument: unknown, lengths: Readonly<Record<string, number>>): number {
  const [delimiter, parts] = argument as [string, unknown];
  if (!Array.isArray(parts)) return UNKNOWN;
  const texts = parts.map((part) => worstCaseLength(part, lengths) - '""'.length);
  return texts.reduce((sum, each) => sum + each, 0) + delimiter.length * Math.max(0, parts.length - 1);
}
