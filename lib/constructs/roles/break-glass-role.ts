import { Duration, Stack } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { alarmTopic, assumptionAlarm, letEventsIn } from './assumption-alarm';
import { AUDIT_TAMPERING, SILENCING } from './audit-tampering';
import { declareExistingPerson } from './declare-existing';
import type { ExistingBreakGlassRoleProps } from './existing-role';
import { PersonRole } from './person-role';
import type { PersonRoleProps } from './person-role';
import { bare } from './source-identity';

/** Properties of a BreakGlassRole. */
export interface BreakGlassRoleProps extends PersonRoleProps {
  /**
   * Where the alarms go. In the region of this stack; where the topic is encrypted, its key policy has to let
   * `events.amazonaws.com` `kms:Decrypt` and `kms:GenerateDataKey*`, and the policy of an imported topic has to let it
   * `sns:Publish`.
   *
   * @default - a topic of its own, under a key of its own, for `alarmEmails`
   */
  readonly alarmTopic?: sns.ITopic;
  /**
   * Who hears of every assumption, by e-mail; each address has to confirm its subscription once. Needed where there is
   * no `alarmTopic`: an alarm that nobody hears is none.
   *
   * @default - nobody beside the subscribers of `alarmTopic`
   */
  readonly alarmEmails?: string[];
}

/** Changes in IAM, and becoming somebody else: what would lead around this role's boundary. */
const LEAVING = [
  'iam:Add*',
  'iam:Attach*',
  'iam:Create*',
  'iam:Delete*',
  'iam:Detach*',
  'iam:PassRole',
  'iam:Put*',
  'iam:Remove*',
  'iam:Set*',
  'iam:Tag*',
  'iam:Untag*',
  'iam:Update*',
  'sts:AssumeRole*',
  'sts:GetFederationToken',
];

/**
 * A role for emergencies: usable by whoever is named, with MFA, a source identity and a reason in the session tag
 * `reason`, for an hour at most, and loud. Every assumption is published to the alarm topic. What it may do in the
 * emergency is what `allow` says; its boundary denies tampering with the audit record and its alarms, changing IAM,
 * passing roles and assuming others, whatever is granted.
 *
 * It can be assumed through the STS endpoint of the stack's region only (`aws:RequestedRegion`), since that is where
 * CloudTrail and so the alarm sees it: `AWS_STS_REGIONAL_ENDPOINTS=regional`, or the sign-in endpoint of the region.
 * EventBridge needs a CloudTrail trail in the account, such as that of an `AuditVault`. "Switch role" of the console
 * sends no tags and is refused.
 *
 * Not promised: that the reason is a good one; that nothing else in the account leads around the boundary, such as a
 * function with a mightier role whose code this role is allowed to change (`bulkhead escalations` shows these). AWS
 * documents `aws:RequestedRegion` for every request, the endpoint of STS being what decides: the global one counts as
 * us-east-1, wherever it is served. So in us-east-1 the global endpoint is as good, and CloudTrail records it there. It
 * was not tried on AWS with a trust policy; were the key missing, the role could not be assumed at all.
 *
 * @see https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_permissions_emergency_process.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_region-endpoints.html
 */
export class BreakGlassRole extends PersonRole {
  /**
   * Declares a role of the app that is there already as one for emergencies, and makes it loud: every assumption is
   * published to the alarm topic, as for a new one. The role itself stays as it is, without a boundary. What its trust
   * policy does not ask for is a finding of the rules: MFA (`IAM7`), a source identity and a reason in the session tag
   * `reason` (`IAM13`), an hour at most (`IAM8`).
   *
   * @throws BH2050 where nobody would hear the alarm; BH2070 where the role is not a resource of the app, BH2071 where
   * it is declared already
   */
  public static fromExisting(role: iam.IRole, props: ExistingBreakGlassRoleProps): iam.IRole {
    const { alarmTopic: topic, alarmEmails = [], ...declared } = props;
    checkAlarm(role.node.path, props);
    const declaredRole = declareExistingPerson(role, 'break-glass', declared, ['aws:requesttag/reason']);
    const alarms = new Construct(role, 'BreakGlass');
    const heard = topic ?? alarmTopic(alarms, 'Alarms', alarmEmails);
    letEventsIn(heard);
    assumptionAlarm(alarms, 'Alarm', role, heard);
    return declaredRole;
  }

  /** Where every assumption is told. */
  public readonly alarmTopic: sns.ITopic;
  /** The rule that hears of assumptions. */
  public readonly alarmRule: events.CfnRule;

  /**
   * @throws BH2050 where nobody would hear the alarm, BH2051 where sessions are longer than an hour, BH2052 where
   * sessions would be anonymous; BH2001 to BH2009 as PersonRole says.
   */
  constructor(scope: Construct, id: string, props: BreakGlassRoleProps) {
    const at = `${scope.node.path}/${id}`;
    check(at, props);
    super(
      scope,
      id,
      { ...props, maxSessionDuration: Duration.hours(1), assumedBy: withReason(scope, props) },
      'break-glass',
    );
    this.assumeRolePolicy?.addStatements(
      new iam.PolicyStatement({
        sid: 'TellsItsReason',
        principals: [bare(props.assumedBy)],
        actions: ['sts:TagSession'],
        conditions: {
          ...REASON,
          // The reason, and nothing that conditions elsewhere take for a fact about the person.
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['reason'] },
        },
      }),
    );
    this.extendBoundary(
      new iam.PolicyStatement({
        sid: 'NeitherAuditNorIdentities',
        effect: iam.Effect.DENY,
        actions: [...AUDIT_TAMPERING, ...LEAVING, ...SILENCING],
        resources: ['*'],
      }),
    );
    this.alarmTopic = props.alarmTopic ?? alarmTopic(this, 'Alarms', props.alarmEmails ?? []);
    letEventsIn(this.alarmTopic);
    this.alarmRule = assumptionAlarm(this, 'Alarm', this, this.alarmTopic);
  }
}

/** One character at least. */
const REASON = { StringLike: { 'aws:RequestTag/reason': '?*' } };

function withReason(scope: Construct, { assumedBy }: BreakGlassRoleProps): iam.IPrincipal {
  return new iam.PrincipalWithConditions(assumedBy, {
    ...REASON,
    StringEquals: { 'aws:RequestedRegion': Stack.of(scope).region },
  });
}

function checkAlarm(
  at: string,
  { alarmTopic: topic, alarmEmails = [] }: Pick<BreakGlassRoleProps, 'alarmTopic' | 'alarmEmails'>,
): void {
  if (topic !== undefined || alarmEmails.length > 0) return;
  throw misuse(at, {
    code: 'BH2050',
    what: 'neither `alarmTopic` nor `alarmEmails` is given',
    why: 'an emergency access that nobody hears of is a back door',
    mend: 'name the topic of your on-call team, or the addresses that are to hear of every use',
  });
}

function check(at: string, props: BreakGlassRoleProps): void {
  checkAlarm(at, props);
  const { maxSessionDuration, withoutSourceIdentity } = props;
  if (maxSessionDuration !== undefined && maxSessionDuration.toSeconds() > 3600) {
    throw misuse(at, {
      code: 'BH2051',
      what: `\`maxSessionDuration\` must not be longer than an hour, got ${maxSessionDuration.toHumanString()}`,
      why: 'an emergency that lasts is assumed again, with its reason',
      mend: 'leave it out',
    });
  }
  if (withoutSourceIdentity === undefined) return;
  throw misuse(at, {
    code: 'BH2052',
    what: '`withoutSourceIdentity` is set',
    why: 'after an emergency the first question is who it was',
    mend: 'leave it out, and send a source identity',
  });
}
