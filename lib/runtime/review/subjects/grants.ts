import { member } from '../../../model/read';
import { allOf } from '../call';
import type { Answer, Call } from '../call';
import type { Declared, Deployed } from '../deployed';
import type { Difference } from '../drift';
import { isSameKey } from './secret';

const PAGES = { token: 'Marker', from: 'NextMarker' } as const;
const SERVICE = /\.amazonaws\.com(?:\.cn)?$/;
/** The roles in which EC2 and others act on their own: nobody else can make roles with such names. */
const OF_AWS = /:(?:assumed-role|role)\/aws:/;

/**
 * The grants on a key that services did not make for themselves. No template can declare one, so that each was made by
 * somebody beside them, and stands beside the policy of the key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
export async function grantDifferences(key: Deployed, declared: Declared, call: Call): Promise<readonly Difference[]> {
  const grants = await allOf((page) => call('kms', 'ListGrants', { KeyId: key.physicalId, ...page }), 'Grants', PAGES);
  return grants
    .filter((each) => !isOfService(each) && !isOfFunction(each, key, declared))
    .map((each): Difference => {
      const {
        GrantId,
        GranteePrincipal,
        GranteeServicePrincipal,
        Operations = [],
        Constraints,
        RetiringPrincipal,
      } = each;
      const who = String(GranteePrincipal ?? GranteeServicePrincipal ?? 'somebody');
      const limits = Object.keys((Constraints ?? {}) as Answer);
      const within = limits.length === 0 ? '' : ` within ${limits.sort().join(', ')}`;
      const retires = RetiringPrincipal === undefined ? '' : `; ${String(RetiringPrincipal)} may retire it`;
      return {
        aspect: `Grant ${String(GrantId)}`,
        sort: 'widened',
        severity: 'HIGH',
        what: `a grant lets ${who} ${[...(Operations as readonly string[])].sort().join(', ')}${within}, which no template declares${retires}`,
      };
    });
}

/**
 * A service that uses the key for what it keeps stands in the place of a principal. One that somebody named stands in
 * `GranteeServicePrincipal` or `RetiringServicePrincipal`.
 */
function isOfService({ GranteePrincipal: grantee, RetiringPrincipal: retiring }: Answer): boolean {
  return (
    [grantee, retiring].some((each) => typeof each === 'string' && SERVICE.test(each)) ||
    (typeof grantee === 'string' && OF_AWS.test(grantee))
  );
}

/** Lambda lets the role of a function decrypt its environment, and nothing else. */
function isOfFunction({ GranteePrincipal: grantee, Constraints }: Answer, key: Deployed, declared: Declared): boolean {
  const { EncryptionContextEquals: equal, EncryptionContextSubset: subset } = (Constraints ?? {}) as Answer;
  const arn: unknown = (equal ?? subset)?.['aws:lambda:FunctionArn'];
  return declared.ofType('AWS::Lambda::Function').some((each) => {
    const keyOf = member(each.properties, 'KmsKeyArn');
    if (arn === undefined || each.arn !== arn || typeof keyOf !== 'string') return false;
    return isSameKey(keyOf, key.physicalId) && member(each.properties, 'Role') === grantee;
  });
}
