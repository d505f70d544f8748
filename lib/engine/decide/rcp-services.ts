import type { Tri } from '../match/symbolic';

/**
 * Services of which resource control policies guard the resources, by their prefix in actions, as the page had them in
 * November 2026. AWS adds to them; of all others they say nothing.
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services
 */
const GUARDED: ReadonlySet<string> = new Set(
  `aoss appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront cloudsearch cloudtrail-data
codeartifact codebuild codecommit codepipeline cognito-identity cognito-idp comprehend comprehendmedical
compute-optimizer cost-optimization-hub dax dsql dynamodb ecr ecr-public events firehose fis fms gamelift health
inspector-scan kendra kinesisvideo kms logs memorydb networkmonitor notifications opensearch pca-connector-ad personalize
polly pricing resource-groups rolesanywhere s3 secretsmanager servicediscovery signin sqs sts support swf textract
timestream-influxdb transcribe transfer translate wafv2 workspaces xray`.split(/\s+/),
);
/** Named there by another prefix than the one that its actions have. */
const UNCLEAR: ReadonlySet<string> = new Set(['es']);

/** Whether resource control policies say anything of an action, in lower case, or of some action of a pattern. */
export function isUnderRcp(action: string): Tri {
  const [service] = action.split(':');
  // Who retires a grant of a key is said by the grant.
  if (action === 'kms:retiregrant') return 'no';
  if (service === '' || /[*?]/.test(service) || UNCLEAR.has(service)) return 'maybe';
  return GUARDED.has(service) ? 'yes' : 'no';
}
