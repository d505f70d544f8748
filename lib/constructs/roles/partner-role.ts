import { createHash } from 'node:crypto';
import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { BoundedRole } from './bounded-role';
import type { BoundedRoleProps } from './bounded-role';
import { checkSourceRanges } from './source-range';
import { declareExisting } from './declare-existing';
import type { ExistingRoleProps } from './existing-role';

/** Properties of a PartnerRole. */
export interface PartnerRoleProps extends BoundedRoleProps {
  /** The partner's AWS account: 12 digits, not our own. */
  readonly account: string;
  /**
   * The address ranges that the partner calls from, as CIDR: `203.0.113.0/24`. At least one; public, written out,
   * not wider than /8 (IPv6: /16). They bind the assumption of the role and everything that the role does.
   */
  readonly sourceRanges: string[];
  /**
   * The ExternalId that the partner sends when it assumes the role; 2 to 1,224 characters. Where the partner serves
   * many customers, it has to be the one that the partner issued for you: it keeps the partner from being tricked
   * into using your role for another customer. It is no secret.
   *
   * @default - derived from the account and the construct path: the same at every synth, different for every role
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
   */
  readonly externalId?: string;
  /**
   * The roles of the partner's account that may assume this role. IAM keeps them by their unique id: where the
   * partner creates one anew, this role has to be deployed again.
   *
   * @default - every identity of the partner's account that the partner allows to
   */
  readonly partnerRoleArns?: string[];
}

/**
 * A role for another organization, with credentials of its own: the partner's account with its ExternalId, from the
 * partner's address ranges only.
 *
 * The ranges bind the sessions too: the boundary denies every call from elsewhere, so that a stolen session is worth
 * nothing outside the partner's network. Calls that an AWS service makes for the session are exempt; the call that
 * led to them was not. Calls through a VPC endpoint show no public address and are denied.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip
 */
export class PartnerRole extends BoundedRole {
  /**
   * Declares a role of the app that is there already: the rules, the duties and the reports take it for one of this
   * kind. The role itself stays as it is, without a boundary of cdk-bulkhead.
   *
   * @throws BH2070 where the role is not a resource of the app, BH2071 where it is declared already
   */
  public static fromExisting(role: iam.IRole, props: ExistingRoleProps): iam.IRole {
    return declareExisting(role, 'partner', props);
  }

  /** The ExternalId that the partner has to send. */
  public readonly externalId: string;

  /**
   * @throws BH2020 where the account is not a partner's, BH2021 where a source range does not hold, BH2022 where the
   * ExternalId is malformed, BH2023 where a role is not of the partner's account; BH2001 to BH2004 as BoundedRole.
   */
  constructor(scope: Construct, id: string, props: PartnerRoleProps) {
    const at = `${scope.node.path}/${id}`;
    checkAccount(at, props.account, Stack.of(scope).account);
    checkSourceRanges(at, props.sourceRanges);
    const externalId = props.externalId ?? derivedExternalId(at, props.account);
    checkExternalId(at, externalId);
    super(scope, id, props, {
      roleKind: 'partner',
      assumedBy: new iam.PrincipalWithConditions(partner(at, props), {
        StringEquals: { 'sts:ExternalId': externalId },
        IpAddress: { 'aws:SourceIp': props.sourceRanges },
      }),
    });
    this.externalId = externalId;
    this.extendBoundary(
      new iam.PolicyStatement({
        sid: 'OnlyFromThePartner',
        effect: iam.Effect.DENY,
        actions: ['*'],
        resources: ['*'],
        conditions: {
          // A negated operator also matches where the key is absent, as for calls through a VPC endpoint.
          NotIpAddress: { 'aws:SourceIp': props.sourceRanges },
          BoolIfExists: { 'aws:ViaAWSService': 'false' },
        },
      }),
    );
  }
}

function partner(at: string, { account, partnerRoleArns }: PartnerRoleProps): iam.IPrincipal {
  if (partnerRoleArns === undefined) return new iam.AccountPrincipal(account);
  const pattern = new RegExp(`^arn:aws[a-z-]*:iam::${account}:role/[\\w+=,.@/-]+$`);
  const foreign = partnerRoleArns.find((arn) => !pattern.test(arn));
  if (foreign !== undefined || partnerRoleArns.length === 0) {
    throw misuse(at, {
      code: 'BH2023',
      what: foreign === undefined ? '`partnerRoleArns` is empty' : `\`${foreign}\` is no role of account ${account}`,
      mend: 'give the ARN of each role in full, or leave `partnerRoleArns` out to trust the account',
    });
  }
  return new iam.CompositePrincipal(...partnerRoleArns.map((arn) => new iam.ArnPrincipal(arn)));
}

function checkAccount(at: string, account: string, own: string): void {
  if (Token.isUnresolved(account) || !/^\d{12}$/.test(account)) {
    throw misuse(at, {
      code: 'BH2020',
      what: `\`account\` must be an account id of 12 digits, got \`${Token.isUnresolved(account) ? 'a token' : account}\``,
      mend: 'write the account id of the partner out, so that it can be reviewed',
    });
  }
  if (account !== own) return;
  throw misuse(at, {
    code: 'BH2020',
    what: `account ${account} is our own`,
    why: 'every identity of this account could become the partner',
    mend: 'name the account of the partner, or use a WorkloadRole for software of this account',
  });
}

function checkExternalId(at: string, externalId: string): void {
  if (Token.isUnresolved(externalId) || /^[\w+=,.@:/-]{2,1224}$/.test(externalId)) return;
  throw misuse(at, {
    code: 'BH2022',
    what: '`externalId` must have 2 to 1,224 characters of letters, digits and `_+=,.@:/-`',
    mend: 'take the one that the partner issued, or leave it out',
  });
}

/** Not random: a synth must give the same template again. Not a secret: it only tells roles apart. */
function derivedExternalId(path: string, account: string): string {
  return `bulkhead-${createHash('sha256').update(`${account}\0${path}`).digest('hex').slice(0, 32)}`;
}
