import { analysed } from '../../engine/analysed';
import { TAMPERING_KINDS } from '../../engine/duties/tampering-kinds';
import { tamperingBy } from '../../engine/duties/write-once-of';
import type { TamperingWay } from '../../model/write-once';
import type { Rule, Violation } from '../rule';
import { trailAndBucket } from '../support/audit-example';
import { LAMBDA_TRUST } from '../support/examples';
import { allowsOf } from '../support/allows-of';
import { about } from '../support/property';

const ACTIONS = TAMPERING_KINDS.flatMap(({ permissions }) => permissions.flatMap(({ actions }) => actions));

const withRole = (actions: readonly string[]) =>
  trailAndBucket({
    others: {
      Report: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: LAMBDA_TRUST } },
      Work: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'work',
          Roles: [{ Ref: 'Report' }],
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
          },
        },
      },
    },
  });

/**
 * Roles that CloudFormation alone can assume are judged through whoever may hand them templates. What roles outside of
 * the templates can do, such as those of the CDK bootstrap, no template shows: the report names who becomes them.
 */
export const aud7: Rule = {
  id: 'AUD7',
  title: 'Somebody can tamper with the audit record',
  severity: 'error',
  why: 'Whoever can delete, shorten, stop, divert, blind or forge the record decides what it says about them. A single chain of roles is enough, and it is the first thing an intruder looks for.',
  fix: 'Break the way at its first step: take the permission away, or give the role a permissions boundary that denies tampering. What has to be done to the trail is done by CloudFormation with a reviewed template, or by a role of the archive account.',
  page: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html',
  controls: ['NIST 800-53 r5 AU-9', 'NIST 800-53 r5 AU-9(4)', 'NIST 800-53 r5 AC-5'],
  types: ['AWS::IAM::Role', 'AWS::IAM::User'],
  check(resource, snapshot) {
    const { principal, ways } = tamperingBy(resource, snapshot) ?? { principal: '', ways: [] };
    if (ways.length === 0) return [];
    return about(
      ways.map((way) => violation(principal, way)),
      ...allowsOf(analysed(snapshot).world.principal(resource.key), ACTIONS),
    );
  },
  examples: {
    bad: withRole(['cloudtrail:GetTrailStatus', 'cloudtrail:StopLogging']),
    good: withRole(['cloudtrail:GetTrailStatus']),
  },
};

function violation(principal: string, { kinds, certainty, trace, unknowns }: TamperingWay): Violation {
  const what = kinds.length > 1 ? 'all of it' : kinds[0];
  const steps = trace.length - 1;
  const way = steps === 0 ? '' : `, by ${steps === 1 ? 'one step' : `${steps} steps`}`;
  return {
    message: `a way to tamper with the audit record (${what})${way}: ${trace.at(-1)}; expected no path to it for anybody`,
    detail: `Tampering::${kinds.length > 1 ? '*' : kinds[0]}`,
    principal,
    trace,
    ...(certainty === 'certain' ? {} : { certainty, unknowns }),
  };
}
