import { resourcePolicy } from '../../engine/parse/policies-of';
import { append } from '../../engine/decide/target';
import { arnMayMatch } from '../../engine/match/arn-pattern';
import type { Condition, PolicyText, Statement } from '../../model/policy';
import { alternatives } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { isText } from '../../model/value';
import type { ExampleTemplate, Rule, Violation } from '../rule';
import { policyOfLogs, trailAndBucket } from '../support/audit-example';
import { TRAIL, bucketsOf, policiesOfBucket } from '../support/audit-parts';
import { coversAction } from '../support/coverage';
import { showPrincipal } from '../support/principals';
import { isTrue, judge, unknownsOf } from '../support/property';

const SSE = 's3:x-amz-server-side-encryption';
const SSE_KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id';
const DIGESTS = '/AWSLogs/111122223333/CloudTrail-Digest/eu-central-1/2027/01/01/digest.json.gz';

const denying = (algorithms: readonly string[]): ExampleTemplate =>
  trailAndBucket({
    others: policyOfLogs([
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: { 'Fn::Sub': '${Logs.Arn}/*' },
        Condition: { StringNotEquals: { [SSE]: algorithms } },
      },
    ]),
  });

/** What is missing in the policy is AUD3's. Only trails with validation write digests. */
export const aud12: Rule = {
  id: 'AUD12',
  title: 'The policy of the bucket denies a trail its delivery',
  severity: 'error',
  why: 'CloudTrail writes its digests with SSE-S3, also where the log files are encrypted with a key of KMS. A Deny of everything that is not encrypted with KMS keeps the digests out: nothing can be validated any more. A Deny for a network or an address keeps everything out, since CloudTrail comes from neither.',
  fix: 'Leave the Deny out (the key of the trail and the default encryption of the bucket do the same), allow AES256 in it as well, or except `aws:PrincipalServiceName` cloudtrail.amazonaws.com.',
  page: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html',
  controls: ['NIST 800-53 r5 AU-5', 'NIST 800-53 r5 AU-9(3)', 'NIST 800-53 r5 AU-12'],
  types: [TRAIL],
  check(trail, snapshot) {
    if (judge(trail.properties['EnableLogFileValidation'], isTrue).certainty === 'certain') return [];
    return bucketsOf(trail, snapshot).flatMap((bucket) => {
      const objects = alternatives(bucket.arn)
        .filter((arn): arn is PolicyText => typeof arn === 'string' || isText(arn))
        .map((arn) => append(arn, DIGESTS));
      return policiesOfBucket(bucket, snapshot)
        .flatMap((policy) => resourcePolicy(policy)?.statements ?? [])
        .flatMap((statement) => judgeDeny(statement, objects, bucket));
    });
  },
  examples: { bad: denying(['aws:kms']), good: denying(['aws:kms', 'AES256']) },
};

type Answer = 'yes' | 'no' | 'open';

function judgeDeny(
  statement: Statement,
  objects: readonly PolicyText[],
  { logicalId }: Resource,
): readonly Violation[] {
  const { effect, actions, resources, principals, conditions, guards } = statement;
  if (effect !== 'Deny' || principals === undefined || principals.negated) return [];
  const denied = principals.entries.filter(
    ({ kind, value }) => value === '*' || (kind === 'Service' && value === 'cloudtrail.amazonaws.com'),
  );
  if (denied.length === 0 || coversAction(actions, 's3:PutObject') === 'no') return [];
  if (resources === undefined || !objects.some((arn) => mayCover(resources, arn))) return [];
  const answers = conditions.map(holdsForDigests);
  if (answers.includes('no')) return [];
  const open = conditions.filter((_, index) => answers[index] === 'open');
  const unknowns = [
    ...open.map(({ operator, key }) => `the condition ${operator} on \`${key}\``),
    ...guards.map(({ condition }) => `condition "${condition.slice(condition.indexOf('#') + 1)}"`),
    ...open.flatMap(({ values }) => values.flatMap(unknownsOf)),
  ];
  const why = conditions.map(({ operator, key }) => `${operator} on \`${key}\``).join(', ');
  return [
    {
      message: `found a Deny of \`s3:PutObject\` for ${denied.map(showPrincipal).join(', ')} in the policy of \`${logicalId}\`${why === '' ? '' : ` (${why})`} that meets the digests of the trail; expected it to leave CloudTrail out`,
      detail: `${logicalId}::${why === '' ? 'always' : why}`,
      parts: [statement],
      ...(unknowns.length === 0 ? {} : { certainty: 'possible' as const, unknowns: [...new Set(unknowns)] }),
    },
  ];
}

function mayCover({ negated, patterns }: NonNullable<Statement['resources']>, arn: PolicyText): boolean {
  const meets = patterns.some((pattern) => arnMayMatch(pattern, arn));
  return negated ? !meets : meets;
}

const NEGATED = /^(StringNot|ArnNot|NotIp)/;
/** Keys that a call of a service does not carry: it comes from no network and no address of anybody's. */
const OF_NETWORKS = /^aws:(sourceip|sourcevpc|sourcevpce|vpcsourceip)$/;

/** Whether a condition holds when CloudTrail writes a digest: with SSE-S3, over TLS, as a service. */
function holdsForDigests({ operator, ifExists, qualifier, key, values }: Condition): Answer {
  if (qualifier !== undefined || operator === '') return 'open';
  const texts = values.map((value) => (typeof value === 'string' ? value.toLowerCase() : undefined));
  const has = (text: string): boolean => texts.includes(text);
  const isNegated = NEGATED.test(operator);
  if (operator === 'Null') return key === SSE_KEY ? (has('true') ? 'yes' : 'no') : 'open';
  switch (key) {
    case SSE:
      if (texts.includes(undefined)) return 'open';
      if (isNegated) return has('aes256') || has('*') ? 'no' : ifExists ? 'open' : 'yes';
      return has('aes256') ? 'open' : 'no';
    case SSE_KEY:
      // Absent: a negated operator holds, and so does one that asks only where the key is there.
      return isNegated || ifExists ? 'yes' : 'no';
    case 'aws:securetransport':
      return has('false') ? 'no' : 'open';
    case 's3:tlsversion':
      // Of AWS itself it is 1.2 at least.
      return operator.startsWith('NumericLessThan') && texts.every((each) => Number(each) <= 1.2) ? 'no' : 'open';
    case 'aws:principalisawsservice':
      return has('false') ? 'no' : 'yes';
    case 'aws:principalservicename':
      if (isNegated) return has('cloudtrail.amazonaws.com') ? 'no' : 'open';
      return has('cloudtrail.amazonaws.com') ? 'yes' : 'no';
    default:
      if (OF_NETWORKS.test(key)) return isNegated || ifExists ? 'yes' : 'no';
      return 'open';
  }
}
