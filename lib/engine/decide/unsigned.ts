import type { PolicyText } from '../../model/policy';
import { show } from '../../model/read';
import type { Tri } from '../match/symbolic';

/**
 * The actions for which AWS takes requests without a signature, by service: `true` for all of its data plane. Whether
 * one is allowed is up to the policy of the resource.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-signing.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-creating-custom-policies-access-policy-examples.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 * @see https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
const TAKEN: Readonly<Record<string, RegExp | true>> = {
  s3: true,
  'execute-api': true,
  sqs: true,
  sns: true,
  es: /^ESHttp/i,
  sts: /^AssumeRoleWith(?:SAML|WebIdentity)$/i,
};

/**
 * Services of which the documentation says that all other requests must be signed. Of services in neither table it is
 * not known, however sure it seems: nobody else's word is a proof of denial.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html "All AWS KMS API calls must be signed"
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/programming.html of IAM and STS
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-low-level-api.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Using_the_Query_API.html
 */
const SIGNED: ReadonlySet<string> = new Set(['dynamodb', 'ec2', 'iam', 'kms', 'rds', 'sts']);

/** Whether a request without credentials can be one for an action, or for some action of a pattern. */
export function takesUnsigned(action: PolicyText): Tri {
  const [service, name = ''] = show(action).toLowerCase().split(':');
  const taken = Object.hasOwn(TAKEN, service) ? TAKEN[service] : undefined;
  if (taken === true) return 'yes';
  if (taken !== undefined && taken.test(name)) return 'yes';
  if (!SIGNED.has(service)) return 'maybe';
  return taken !== undefined && /[*?$]/.test(name) ? 'maybe' : 'no';
}
