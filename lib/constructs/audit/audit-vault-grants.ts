import { Names, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { misuse } from '../../private/errors';
import { BoundedRole } from '../roles/bounded-role';
import { deliveryStatements, logStatement, readBoundary, readStatements, throughS3 } from './auditor-permissions';
import type { IAuditVault } from './i-audit-vault';
import type { LogDelivery } from './log-delivery';
import { PolicyGrantee } from './policy-grantee';

/** What can be granted on an audit vault: reading. There is no grant that writes. */
export class AuditVaultGrants {
  /**
   * Lets a reader in on the side of bucket and key, in place of the key's own policy.
   *
   * @internal
   */
  public _admit?: (role: iam.IRole) => void;

  private readonly readers: iam.IRole[] = [];
  private readonly granted = new Map<string, iam.Grant>();
  private readonly logGroups: logs.LogGroup[] = [];
  private readonly deliveries: LogDelivery[] = [];
  private readonly vault: IAuditVault;

  constructor(vault: IAuditVault) {
    this.vault = vault;
  }

  /** The ARNs of the roles that may read the vault. */
  public get readerArns(): string[] {
    return this.readers.map((role) => role.roleArn);
  }

  /**
   * Lets a role read the record, and see how it is guarded:
   *
   * - in the vault's bucket and its access log, `s3:ListBucket`, `s3:ListBucketVersions`, `s3:GetObject`,
   *   `s3:GetObjectVersion`, `s3:GetObjectRetention`, `s3:GetObjectLegalHold` and the settings of the buckets;
   * - `kms:Decrypt` with the vault's key, through S3 only;
   * - of the trail, `cloudtrail:GetTrail`, `cloudtrail:GetTrailStatus`, `cloudtrail:GetEventSelectors`,
   *   `cloudtrail:ListTags`, and, for which AWS knows no resource, `cloudtrail:DescribeTrails`,
   *   `cloudtrail:LookupEvents`, `cloudtrail:ListPublicKeys`;
   * - in the vault's log groups, `logs:StartQuery`, `logs:GetQueryResults`, `logs:FilterLogEvents`,
   *   `logs:GetLogEvents`, `logs:GetLogRecord`, `logs:GetLogGroupFields`, `logs:DescribeLogStreams`;
   * - the settings of the bucket in which log groups land, and of all alarms, event rules, topics, delivery streams, metric
   *   and subscription filters in the account and region of the vault.
   *
   * Granting twice is granting once.
   *
   * @throws BH4006 where the role is known to be of another account.
   */
  public read(role: iam.IRole): iam.Grant {
    const path = role.node.path;
    const before = this.granted.get(path);
    if (before !== undefined) return before;

    this.refuseForeign(role);
    if (BoundedRole.isBoundedRole(role)) role.extendBoundary(...readBoundary(this.vault));
    const grant = this.granteeIn(this.vault, role).grant([
      ...readStatements(this.vault),
      ...this.deliveries.flatMap(deliveryStatements),
    ]);
    if (this._admit === undefined) this.admitToKey(role);
    else this._admit(role);
    for (const logGroup of this.logGroups) this.granteeIn(logGroup, role).grant([logStatement(logGroup)]);
    this.readers.push(role);
    this.granted.set(path, grant);
    return grant;
  }

  /**
   * Lets the readers, also later ones, read another log group.
   *
   * @internal
   */
  public _include(logGroup: logs.LogGroup): void {
    for (const role of this.readers) this.granteeIn(logGroup, role).grant([logStatement(logGroup)]);
    this.logGroups.push(logGroup);
  }

  /**
   * Lets the readers, also later ones, see how the way of log groups into the record is guarded.
   *
   * @internal
   */
  public _includeDelivery(delivery: LogDelivery): void {
    for (const role of this.readers) this.granteeIn(delivery, role).grant(deliveryStatements(delivery));
    this.deliveries.push(delivery);
  }

  private admitToKey(role: iam.IRole): void {
    this.vault.record.encryptionKey?.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: `AuditorDecrypts${this.readers.length + 1}`,
        principals: [new iam.ArnPrincipal(role.roleArn)],
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: throughS3(this.vault.record),
      }),
    );
  }

  private granteeIn(scope: IAuditVault | logs.LogGroup | LogDelivery, role: iam.IRole): PolicyGrantee {
    const id = `ReadBy${Names.uniqueResourceName(role, { maxLength: 64 })}`;
    return new PolicyGrantee(scope, id, role);
  }

  private refuseForeign(role: iam.IRole): void {
    const [ours, theirs] = [Stack.of(this.vault).account, role.env.account];
    if (Token.isUnresolved(ours) || Token.isUnresolved(theirs) || ours === theirs) return;
    throw misuse(this.vault, {
      code: 'BH4006',
      what: `the reader \`${role.node.path}\` is in account ${theirs}, the vault in ${ours}`,
      why: 'its permissions cannot be written from here, and what another account does with the record is not seen here',
      mend: "create the auditor's role in the account of the vault",
    });
  }
}
