import { RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import type { ResourceEnvironment } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct, IConstruct } from 'constructs';
import { misuse } from '../../private/errors';
import type { LogDelivery } from './log-delivery';
import { logRetention } from './vault-retention';

/** The log groups of one vault: under its key, kept as long as it keeps, protected from deletion. */
export class VaultLogGroups {
  /** @param key made where the first log group asks for it */
  constructor(
    private readonly vault: IConstruct,
    private readonly days: number,
    private readonly key: () => kms.IKey,
    private readonly delivery?: LogDelivery,
  ) {}

  /** @throws BH4005 where it is known to be in another region or account than the key. */
  public create(scope: Construct, id: string): logs.LogGroup {
    this.refuseElsewhere(Stack.of(this.vault), Stack.of(scope));
    return new logs.LogGroup(scope, id, {
      encryptionKey: this.key(),
      retention: logRetention(this.days),
      deletionProtectionEnabled: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** @throws BH4005 where it is known to be in another region or account than the vault, BH4065 where it is no log group. */
  public receive(logGroup: logs.ILogGroup): void {
    if ((logGroup as Partial<logs.ILogGroup> | undefined)?.logGroupArn === undefined) {
      throw misuse(this.vault, {
        code: 'BH4065',
        what: `\`receive\` was given ${typeof logGroup === 'string' ? `\`${String(logGroup)}\`` : 'nothing'}, which is no log group`,
        why: 'nothing would be sent to the record',
        mend: 'give the log group itself, or one that is there already by `logs.LogGroup.fromLogGroupName`',
      });
    }
    const { region, account } = logGroup.env;
    this.refuseElsewhere(Stack.of(this.vault), { region, account });
    this.delivery?.receive(logGroup);
  }

  private refuseElsewhere(ours: ResourceEnvironment, theirs: ResourceEnvironment): void {
    for (const [what, our, their] of [
      ['region', ours.region, theirs.region],
      ['account', ours.account, theirs.account],
    ] as const) {
      if (Token.isUnresolved(our) || Token.isUnresolved(their) || our === their) continue;
      throw misuse(this.vault, {
        code: 'BH4005',
        what: `a log group of ${what} ${their} asks for the vault of ${what} ${our}`,
        why: 'the key policy of the vault lets CloudWatch Logs in for its own account and region only',
        mend: `create an AuditVault in ${their}`,
      });
    }
  }
}

/** The error of a record to which log groups are not copied. */
export function notReceived(at: IConstruct, why: string, mend: string): Error {
  return misuse(at, { code: 'BH4063', what: `\`${at.node.path}\` receives no log groups`, why, mend });
}
