import * as iam from 'aws-cdk-lib/aws-iam';
import { misuse } from '../../private/errors';

/** What a session must say of who is behind it: any source identity, which stays with it through role chains. */
export const NAMED_SOURCE = { StringLike: { 'sts:SourceIdentity': '*' } };

/**
 * The statement of a trust policy that lets a session be named: AWS asks for `sts:SetSourceIdentity` besides the
 * assumption itself.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
 */
export function mayNameItsSource(assumedBy: iam.IPrincipal): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'NamesItsSource',
    principals: [bare(assumedBy)],
    actions: ['sts:SetSourceIdentity'],
    conditions: NAMED_SOURCE,
  });
}

/** The principal without its conditions: they are on the assumption, without which this statement opens nothing. */
export function bare({ policyFragment }: iam.IPrincipal): iam.IPrincipal {
  const { principalJson } = policyFragment;
  const each = Object.entries(principalJson).flatMap(([kind, values]) => values.map((value) => one(kind, value)));
  return each.length === 1 ? each[0] : new iam.CompositePrincipal(...each);
}

function one(kind: string, value: string): iam.PrincipalBase {
  return kind === 'Federated' ? new iam.FederatedPrincipal(value, {}) : new iam.ArnPrincipal(value);
}

/** @throws BH2012 where there is no reason. */
export function checkExemption(at: string, reason: string | undefined): void {
  if (reason === undefined || reason.trim() !== '') return;
  throw misuse(at, {
    code: 'BH2012',
    what: '`withoutSourceIdentity` is empty',
    why: 'the name of a session is chosen by whoever asks for it, so the record would not say who acted',
    mend: 'say why no source identity can be sent, or leave it out',
  });
}
