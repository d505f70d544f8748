import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as accessanalyzer from 'aws-cdk-lib/aws-accessanalyzer';
import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { declareIntent } from '../intent';
import type { IAlarmTopic } from './i-alarm-topic';
import { topicOf } from './topic-of';

/** Properties of an AccessAnalysis. */
export interface AccessAnalysisProps {
  /** Where the findings go. In the region of the stack. */
  readonly alarmTopic: IAlarmTopic;
  /**
   * After how long without use a permission, role, password or access key is told. Between 1 and 365 days, in whole days.
   *
   * @default Duration.days(90)
   */
  readonly unusedFor?: Duration;
  /**
   * The ARN of an analyzer of external access that is there already: an account takes one for each region.
   *
   * @default - one is made
   */
  readonly externalAnalyzerArn?: string;
  /**
   * The ARN of an analyzer of unused access that is there already. IAM is global: one region is enough, and each further
   * analyzer is paid for by role and user again.
   *
   * @default - one is made
   */
  readonly unusedAnalyzerArn?: string;
}

/** What EventBridge calls the findings. */
const KINDS = {
  External: ['Access Analyzer Finding', 'A resource is open to somebody outside of the account'],
  Unused: ['Unused Access Finding for IAM entities', 'A permission, role or credential is not used'],
} as const;

/**
 * What IAM Access Analyzer finds in this account and region, told to the topic of the other alarms: resources that
 * somebody outside may reach, and access that nobody uses. Archived and resolved findings are not told.
 *
 * Not promised: that it sees everything. It analyzes the types of resources that AWS lists for it, in its own region;
 * unused access is known of roles and users alone, to actions for some services and to services for all, and only past
 * the age; a finding comes within about an hour at the earliest, up to a day. The analyzers of an organization tell
 * their own account, not this one.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html
 */
export class AccessAnalysis extends Construct {
  /** The ARN of the analyzer of external access. */
  public readonly externalAnalyzerArn: string;
  /** The ARN of the analyzer of unused access. */
  public readonly unusedAnalyzerArn: string;

  /** @throws BH4026 where the age is not plausible, or an ARN is of no analyzer of this region, BH4027 where the topic is in another. */
  constructor(scope: Construct, id: string, props: AccessAnalysisProps) {
    super(scope, id);
    const days = this.check(props);
    this.externalAnalyzerArn =
      props.externalAnalyzerArn ?? new accessanalyzer.CfnAnalyzer(this, 'External', { type: 'ACCOUNT' }).attrArn;
    this.unusedAnalyzerArn =
      props.unusedAnalyzerArn ??
      new accessanalyzer.CfnAnalyzer(this, 'Unused', {
        type: 'ACCOUNT_UNUSED_ACCESS',
        analyzerConfiguration: { unusedAccessConfiguration: { unusedAccessAge: days } },
      }).attrArn;
    for (const [kind, [detailType, description]] of Object.entries(KINDS)) {
      const rule = new events.CfnRule(this, `${kind}Rule`, {
        description,
        eventPattern: findingPattern(detailType),
        targets: [{ id: 'Topic', arn: topicOf(this, props.alarmTopic).topicArn }],
      });
      declareIntent(rule, { kind: 'audit-alarm', path: this.node.path });
    }
  }

  private check({ unusedFor, externalAnalyzerArn, unusedAnalyzerArn }: AccessAnalysisProps): number {
    const refuse = (what: string, mend: string): Error =>
      misuse(this, { code: 'BH4026', what, why: 'nothing would be found, or nobody told of it', mend });
    const { region } = Stack.of(this);
    for (const arn of [externalAnalyzerArn, unusedAnalyzerArn]) {
      if (arn === undefined || Token.isUnresolved(arn)) continue;
      const [, of] = /^arn:[^:]+:access-analyzer:([^:]+):\d{12}:analyzer\/[\w.-]+$/.exec(arn) ?? [];
      if (of !== undefined && (Token.isUnresolved(region) || of === region)) continue;
      throw refuse(
        `\`${arn}\` is no analyzer of this region`,
        'give the ARN of one: events arrive in its own region alone',
      );
    }
    const days = (unusedFor ?? Duration.days(90)).toDays({ integral: false });
    if (Number.isInteger(days) && days >= 1 && days <= 365) return days;
    throw refuse(`\`unusedFor\` is ${days} days`, 'give 1 to 365 whole days');
  }
}

/** Of findings that are open; that of a deleted analyzer keeps its status. */
export function findingPattern(detailType: string): object {
  return {
    'source': ['aws.access-analyzer'],
    'detail-type': [detailType],
    'detail': { status: ['ACTIVE'], isDeleted: [{ exists: false }, false] },
  };
}
