import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';
import { faultOfSourceRange } from '../roles/source-range';
import type { CredentialSource } from './credential-source';

/** @throws BH3013 where nothing is named, or a range is none that readers could come from. */
export function checkSource(at: IConstruct, source: CredentialSource | undefined): CredentialSource | undefined {
  if (source === undefined) return undefined;
  const { vpcEndpoints = [], vpcs = [], ranges = [] } = source;
  if (vpcEndpoints.length + vpcs.length + ranges.length === 0) {
    throw misuse(at, {
      code: 'BH3013',
      what: '`source` names no VPC endpoint, no VPC and no address range',
      why: 'nobody could read the credential',
      mend: 'name where its readers run, or leave `source` out',
    });
  }
  for (const range of ranges) {
    const fault = faultOfSourceRange(range);
    if (fault === undefined) continue;
    throw misuse(at, { code: 'BH3013', what: `source range \`${range}\` ${fault.what}`, mend: fault.mend });
  }
  return source;
}

/**
 * Denies reading from anywhere else, to everybody but those who work from elsewhere by their nature: the rotation, which
 * runs where its function does, and a deployment.
 *
 * All keys have to fail for the Deny to hold, and a negated operator holds where its key is absent: over the internet
 * there is no endpoint, and through an endpoint no `aws:SourceIp`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function onlyFrom(
  { vpcEndpoints = [], vpcs = [], ranges = [], services = false }: CredentialSource,
  spared: readonly iam.IRole[],
): iam.PolicyStatement {
  const networks = {
    ...(vpcEndpoints.length === 0 ? {} : { 'aws:SourceVpce': vpcEndpoints.map(({ vpcEndpointId }) => vpcEndpointId) }),
    ...(vpcs.length === 0 ? {} : { 'aws:SourceVpc': vpcs.map(({ vpcId }) => vpcId) }),
  };
  return new iam.PolicyStatement({
    sid: 'OnlyFromItsSource',
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['secretsmanager:GetSecretValue'],
    resources: ['*'],
    conditions: {
      ArnNotEquals: { 'aws:PrincipalArn': spared.map(({ roleArn }) => roleArn) },
      ...(Object.keys(networks).length === 0 ? {} : { StringNotEquals: networks }),
      ...(ranges.length === 0 ? {} : { NotIpAddress: { 'aws:SourceIp': ranges } }),
      ...(services ? { BoolIfExists: { 'aws:ViaAWSService': 'false' } } : {}),
    },
  });
}

/** As it stands in the intent: literal, so that two synths give the same. */
export function sourcesInWords(source: CredentialSource | undefined): string[] {
  if (source === undefined) return [];
  const { vpcEndpoints = [], vpcs = [], ranges = [], services = false } = source;
  return [
    ...vpcEndpoints.map((each) => `VPC endpoint ${each.node.path}`),
    ...vpcs.map((each) => `VPC ${each.node.path}`),
    ...ranges.map((range) => `range ${range}`),
    ...(services ? ['services for a reader'] : []),
  ];
}
