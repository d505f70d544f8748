import { CfnResource } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { SecretAddress } from './secret-address';
import type { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';

/**
 * The secret of a master user as a policy may name it. One of a credential is named by pattern: its key will name the
 * role that this is for, and a reference back would be a cycle.
 */
export function masterPattern(master: ISecret): string {
  const resource = master.node.scope?.node.tryFindChild('Secret');
  if (resource !== undefined && CfnResource.isCfnResource(resource) && isOfCredential(master)) {
    return SecretAddress.made(resource as CfnSecret, (resource as CfnSecret).name, master).arnPattern;
  }
  return master.secretFullArn ?? `${master.secretArn}-??????`;
}

function isOfCredential(master: ISecret): boolean {
  return master.node.id === 'Imported' && Symbol.for('cdk-bulkhead.DatabaseCredential') in (master.node.scope ?? {});
}
