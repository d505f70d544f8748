import { Annotations, CfnResource, Duration, Stack, Token } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import type { AuditArchiveAttributes } from './archive-attributes';
import { archiveSources } from './archive-sources';
import type { KnownSource } from './archive-sources';
import { isBucketName } from './bucket-name';
import type { IAuditArchive } from './i-audit-archive';
import { noteArchive } from './known-archive';
import type { ArchivePlace } from './known-archive';
import { namedTarget } from './copy-target';
import { retentionDays } from './vault-retention';

/** Why an archive of another app is told of, and how to say that it was looked at: the id of the warning. */
const NOT_VERIFIED = 'cdk-bulkhead:audit-archive-not-verified';

/** What `AuditArchive.fromAttributes` gives. */
export class ImportedAuditArchive extends Construct implements IAuditArchive {
  public readonly bucketName: string;
  public readonly retention: Duration;

  constructor(scope: Construct, id: string, attributes: AuditArchiveAttributes) {
    super(scope, id);
    const { bucketName, replica } = attributes;
    const days = retentionDays(this, attributes.retention, true);
    const place = this.place('account or region of the archive', attributes);
    this.bucketName = bucketName;
    this.retention = Duration.days(days);
    const sources = archiveSources(this, place, attributes);
    noteArchive(this, {
      bucketName,
      place,
      retentionDays: days,
      sources,
      trails: new Map(),
      copies:
        replica === undefined
          ? []
          : [
              namedTarget({
                id: 'EverythingToTheReplica',
                path: `${this.node.path} (replica)`,
                bucketName: this.named(replica.bucketName),
                ...this.place('account or region of the replica', replica),
                retentionDays: retentionDays(this, replica.retention, true),
                isUnseen: true,
              }),
            ],
      writable: () => [],
      admit: (source, role) => this.admit(source, role, place),
    });
    Annotations.of(this).addWarningV2(NOT_VERIFIED, notVerified(attributes));
  }

  /** What another app says, no template of this one shows: it has to be plausible at least. */
  private place(
    what: string,
    { account, region }: { readonly account: string; readonly region: string },
  ): ArchivePlace {
    const known = RegionInfo.get(Token.isUnresolved(region) ? '' : region).partition;
    const partition = known ?? Stack.of(this).partition;
    const ours = RegionInfo.get(Token.isUnresolved(Stack.of(this).region) ? '' : Stack.of(this).region).partition;
    const isPlausible = /^\d{12}$/.test(account) && /^[a-z]{2,}(?:-[a-z]+)+-\d+$/.test(region);
    if (isPlausible && (ours === undefined || ours === partition)) return { account, region, partition };
    throw misuse(this, {
      code: 'BH4055',
      what: `${what} is not plausible: \`${account}\`, \`${region}\``,
      why: 'trail, copies and readers name bucket and key over there by both, in the partition of this stack',
      mend: 'give twelve digits, and a region such as `eu-west-1`, as the output of the other app has them',
    });
  }

  private named(bucketName: string): string {
    if (isBucketName(bucketName)) return bucketName;
    throw misuse(this, {
      code: 'BH4055',
      what: `the replica is called \`${bucketName}\``,
      why: 'S3 copies to it by its name',
      mend: 'give the name that the `AuditReplica` was given',
    });
  }

  /** A reader is let in over there by its ARN alone: it has to be known, and to stand there. */
  private admit({ name, readerArns }: KnownSource, role: iam.IRole, { partition }: ArchivePlace): void {
    const arn = knownArn(role, partition);
    if (arn !== undefined && readerArns.includes(arn)) return;
    throw misuse(this, {
      code: 'BH4056',
      what:
        arn === undefined
          ? `the reader \`${role.node.path}\` has no name that is known before deployment`
          : `the reader \`${arn}\` is not among the \`readerArns\` of \`${name}\``,
      why: 'the archive, which is of another app, lets in the readers alone that its source names',
      mend: `${arn === undefined ? 'give it a `roleName`, and its ARN' : 'give it'} to \`readerArns\` of \`${name}\` here and in the \`AuditArchive\``,
    });
  }
}

/** The ARN of a role of this app with a name of its own, or of one that is named by a literal. */
function knownArn(role: iam.IRole, partition: string): string | undefined {
  if (!Token.isUnresolved(role.roleArn)) return role.roleArn;
  const resource = role.node.defaultChild as (CfnResource & iam.CfnRoleProps) | undefined;
  if (resource === undefined || !CfnResource.isCfnResource(resource)) return undefined;
  const { roleName, path = '/' } = resource;
  const { account } = role.env;
  if (roleName === undefined || [roleName, path, account].some((each) => Token.isUnresolved(each))) return undefined;
  return `arn:${partition}:iam::${account}:role${path}${roleName}`;
}

function notVerified({ bucketName, account, region, sources }: AuditArchiveAttributes): string {
  return `not verified here, for no template of this app shows it: the archive \`${bucketName}\` of ${account} in ${region}. Nothing says that it is locked, or lets in what writes and reads here. Its \`AuditArchive\` has to be given ${sources.map((each) => JSON.stringify(each)).join(', ')} among its \`sources\`; have both judged in one run (\`bulkhead check ONE/cdk.out OTHER/cdk.out\`), then acknowledge this.`;
}
