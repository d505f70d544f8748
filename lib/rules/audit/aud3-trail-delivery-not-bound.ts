import { resourcePolicy } from '../../engine/parse/policies-of';
import { arnLikeMayMatch, arnLikeMustMatch } from '../../engine/match/arn-pattern';
import type { Condition, PolicyDocument, PolicyText, Statement } from '../../model/policy';
import { alternatives, show } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { isText, text } from '../../model/value';
import type { Text } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { LOGGING, policyOfLogs, trailAndBucket } from '../support/audit-example';
import { TRAIL, bucketsOf, keysOf, policiesOfBucket } from '../support/audit-parts';
import { coversAction } from '../support/coverage';
import type { Coverage } from '../support/coverage';
import { accountPart, principalsOf } from '../support/principals';
import { mayBeAnything, unknownsOf } from '../support/property';
import { inEachWorld } from '../support/worlds';

const CLOUDTRAIL = 'cloudtrail.amazonaws.com';
const ON_BUCKET = ['s3:GetBucketAcl', 's3:PutObject'];
const ON_KEY = ['kms:GenerateDataKey', 'kms:DescribeKey'];

const TRAIL_ARN = {
  'Fn::Sub': `arn:\${AWS::Partition}:cloudtrail:\${AWS::Region}:\${AWS::AccountId}:trail/${String(LOGGING['TrailName'])}`,
};
const withPolicy = (Condition?: Readonly<Record<string, unknown>>) => {
  const statement = (Action: string, Resource: unknown) => ({
    Effect: 'Allow',
    Principal: { Service: CLOUDTRAIL },
    Action,
    Resource,
    ...(Condition === undefined ? {} : { Condition }),
  });
  return trailAndBucket({
    others: policyOfLogs([
      {
        ...statement('s3:GetBucketAcl', { 'Fn::GetAtt': ['Logs', 'Arn'] }),
        Condition: { StringEquals: { 'aws:SourceArn': TRAIL_ARN } },
      },
      statement('s3:PutObject', { 'Fn::Sub': '${Logs.Arn}/AWSLogs/${AWS::AccountId}/*' }),
    ]),
  });
};

/** Buckets and keys that are not among the templates are not judged: AUD1 says that they cannot be seen. */
export const aud3: Rule = {
  id: 'AUD3',
  title: 'A trail cannot deliver, or the trail of anybody can',
  severity: 'error',
  why: 'Without the statements for CloudTrail in the policies of bucket and key nothing arrives, and nobody is told. Without `aws:SourceArn` in them, CloudTrail writes into the bucket on behalf of anyone who points a trail of theirs at it.',
  fix: 'Allow cloudtrail.amazonaws.com `s3:GetBucketAcl` and `s3:PutObject` on the bucket, `kms:GenerateDataKey*` and `kms:DescribeKey` on the key, each with `StringEquals` on `aws:SourceArn` and the ARN of the trail. The trail needs a fixed name, since its attribute would be a cycle. `AuditVault` does all of it.',
  page: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html',
  controls: ['NIST 800-53 r5 AU-9', 'NIST 800-53 r5 AU-5', 'NIST 800-53 r5 AU-12'],
  types: [TRAIL],
  check(trail, snapshot) {
    return [
      ...bucketsOf(trail, snapshot).flatMap((bucket) =>
        judge(
          trail,
          ON_BUCKET,
          'bucket',
          documentsOf(policiesOfBucket(bucket, snapshot)),
          bucket,
          bucket.intent?.kind === 'audit-bucket' ? bucket.intent.writers : undefined,
        ),
      ),
      ...keysOf(trail, snapshot).flatMap((key) => judge(trail, ON_KEY, 'key', documentsOf([key]), key)),
    ];
  },
  examples: {
    bad: withPolicy(),
    good: withPolicy({ StringEquals: { 'aws:SourceArn': TRAIL_ARN } }),
  },
};

function documentsOf(resources: readonly Resource[]): readonly PolicyDocument[] {
  return resources.flatMap((resource) => resourcePolicy(resource) ?? []);
}

function judge(
  trail: Resource,
  actions: readonly string[],
  what: 'bucket' | 'key',
  documents: readonly PolicyDocument[],
  { logicalId, guards }: Resource,
  writers: readonly string[] = [],
): readonly Violation[] {
  return inEachWorld(documents, [...trail.guards, ...guards], ({ statements }) =>
    actions.flatMap((action): readonly Violation[] => {
      const allowing = statements.filter((statement) => allowsCloudTrail(statement, action));
      const place = `the policy of the ${what} \`${logicalId}\``;
      const detail = `${logicalId}::${action}`;
      if (allowing.length === 0) {
        return [
          {
            message: `found no Allow of \`${action}\` for ${CLOUDTRAIL} in ${place}; expected one with \`aws:SourceArn\``,
            detail,
          },
        ];
      }
      const bounds = allowing.map(({ conditions }) => bound(conditions, trail));
      // Trails that share a bucket have statements of their own, one for each that was declared.
      const answers = bounds.includes('yes')
        ? bounds.map((each, at) =>
            each === 'no' && isOfAnother(allowing[at]?.conditions ?? [], writers) ? 'yes' : each,
          )
        : bounds;
      if (answers.every((answer) => answer === 'yes')) return [];
      const message = `found \`${action}\` for ${CLOUDTRAIL} in ${place} without \`aws:SourceArn\` of this trail; expected \`StringEquals\` with its ARN`;
      if (answers.includes('no')) return [{ message, detail, about: allowing }];
      const open = allowing.flatMap(({ conditions }) => conditions.flatMap(({ values }) => values.flatMap(unknownsOf)));
      const unknowns = open.length > 0 ? open : ['the account and region that the template is deployed to'];
      return [{ message, detail, about: allowing, certainty: 'possible', unknowns }];
    }),
  );
}

function allowsCloudTrail(statement: Statement, action: string): boolean {
  return (
    statement.effect === 'Allow' &&
    principalsOf(statement).some(({ kind, value }) => kind === 'Service' && value === CLOUDTRAIL) &&
    coversAction(statement.actions, action) === 'yes'
  );
}

const PARTITION = /^arn:aws[a-z-]*:/;
const EQUAL = ['StringEquals', 'ArnEquals', 'ArnLike', 'StringLike'];

/** Whether conditions bind a statement to this trail: a list may name other trails that share the bucket. */
function bound(conditions: readonly Condition[], trail: Resource): Coverage {
  const sources = conditions.filter(
    ({ operator, ifExists, qualifier, key }) =>
      key === 'aws:sourcearn' && !ifExists && qualifier !== 'ForAllValues' && EQUAL.includes(operator),
  );
  if (sources.some(({ values }) => values.some((value) => namesTrail(value, trail)))) return 'yes';
  return sources.some(({ values }) => values.some((value) => mayBeAnything(value) || mayNameTrail(value, trail))) ||
    conditions.some(({ operator }) => operator === '')
    ? 'open'
    : 'no';
}

/** Whether conditions bind a statement to one of these trails, each the end of its ARN. */
function isOfAnother(conditions: readonly Condition[], writers: readonly string[]): boolean {
  return conditions.some(
    ({ operator, ifExists, qualifier, key, values }) =>
      key === 'aws:sourcearn' &&
      operator === 'StringEquals' &&
      !ifExists &&
      qualifier === undefined &&
      values.every((value) => writers.some((end) => show(value).endsWith(`:${end}`))),
  );
}

/** A pattern counts where it stays in one account; whose account that is, the ARN of the trail says. */
function namesTrail(value: PolicyText, trail: Resource): boolean {
  const account = accountPart(value);
  if (account === undefined || account === '' || /[*?]/.test(account)) return false;
  const arns = alternatives(trail.arn).filter((arn): arn is string | Text => typeof arn === 'string' || isText(arn));
  return arns.length > 0 && arns.every((arn) => arnLikeMustMatch(inEveryPartition(value), arn));
}

/** `arn:aws:…` written out binds as firmly: an account is of one partition, so that nothing else has the rest of the ARN. */
function inEveryPartition(value: PolicyText): PolicyText {
  if (typeof value === 'string') return value.replace(PARTITION, 'arn:*:');
  if (!isText(value)) return value;
  const [first, ...rest] = value.parts;
  return typeof first === 'string' ? text([first.replace(PARTITION, 'arn:*:'), ...rest]) : value;
}

/** A template on its own does not tell the account that its ARNs name in full. */
function mayNameTrail(value: PolicyText, trail: Resource): boolean {
  if (trail.template.account !== undefined && trail.template.region !== undefined) return false;
  const account = accountPart(value);
  if (account === undefined || account === '' || /[*?]/.test(account)) return false;
  return alternatives(trail.arn).some((arn) => (typeof arn === 'string' || isText(arn)) && arnLikeMayMatch(value, arn));
}
