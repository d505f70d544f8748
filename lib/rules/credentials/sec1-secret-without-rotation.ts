import { member, show } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import type { Rule, Violation } from '../rule';
import { numberOf } from '../support/property';
import { belongingTo } from '../support/secret-parts';

const SECRET = { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: {} } };

/**
 * A secret that RDS makes and rotates itself (`ManageMasterUserPassword`) is not a resource of the template, and so
 * none of this rule's business.
 */
export const sec1: Rule = {
  id: 'SEC1',
  title: 'A secret is never rotated',
  severity: 'error',
  why: 'A secret that never changes stays useful to everybody who ever saw it: former colleagues, old logs, a stolen laptop. And the day it must be changed in a hurry is the first day that anyone tries.',
  fix: 'Add a rotation schedule: in CDK, `secret.addRotationSchedule(…)`, or use `OpaqueToken`, which brings its own rotation function.',
  page: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html',
  controls: ['NIST 800-53 r5 IA-5', 'NIST 800-53 r5 SC-12'],
  types: ['AWS::SecretsManager::Secret'],
  check(secret, snapshot) {
    const { certain, possible } = belongingTo(secret, 'AWS::SecretsManager::RotationSchedule', snapshot);
    if (certain.length > 0) return certain.flatMap((schedule) => tooRarely(schedule, secret));
    const message = 'found no rotation schedule for the secret; expected one that refers to it';
    const [schedule] = possible;
    if (schedule === undefined) return [{ message }];
    const id = show(schedule.properties['SecretId']);
    return [{ message, certainty: 'possible', unknowns: [`the secret of \`${schedule.logicalId}\`: ${id}`] }];
  },
  examples: {
    bad: { Resources: { Example: SECRET } },
    good: {
      Resources: {
        Example: SECRET,
        Rotation: {
          Type: 'AWS::SecretsManager::RotationSchedule',
          Properties: {
            SecretId: { Ref: 'Example' },
            RotationLambdaARN: 'arn:aws:lambda:eu-central-1:111122223333:function:rotate',
            RotationRules: { ScheduleExpression: 'rate(7 days)' },
          },
        },
      },
    },
  },
};

/** A declared credential says how long a value may live. A `cron` expression is not compared. */
function tooRarely({ properties, logicalId }: Resource, { intent }: Resource): readonly Violation[] {
  if (intent?.kind !== 'credential') return [];
  const rules = properties['RotationRules'];
  const days = numberOf(member(rules, 'AutomaticallyAfterDays') ?? '') ?? daysOf(member(rules, 'ScheduleExpression'));
  if (days === undefined || intent.rotateEveryDays === undefined || days <= intent.rotateEveryDays) return [];
  return [
    {
      message: `found rotation every ${days} days, by \`${logicalId}\`; expected every ${intent.rotateEveryDays} days, as it was declared`,
      detail: 'Interval',
    },
  ];
}

function daysOf(expression: unknown): number | undefined {
  const [, count, unit] = typeof expression === 'string' ? (/^rate\((\d+) (day|hour)s?\)$/.exec(expression) ?? []) : [];
  return count === undefined ? undefined : Number(count) / (unit === 'hour' ? 24 : 1);
}
