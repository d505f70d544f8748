import { analysed } from '../../engine/analysed';
import { BUILT_IN_DUTIES } from '../../engine/duties/built-in';
import { EVERY_DUTY } from '../../engine/duties/holding';
import type { Reached, ReachedHolding } from '../../engine/duties/reached';
import { auditParts } from '../../engine/facts/audit-parts';
import type { Resource } from '../../model/snapshot';
import type { Rule, Violation } from '../rule';
import { trailAndBucket } from '../support/audit-example';
import { allowsOf } from '../support/allows-of';
import { LAMBDA_TRUST } from '../support/examples';
import { about } from '../support/property';

const READING = BUILT_IN_DUTIES.filter(({ id }) => id === 'audit-reading').flatMap(({ permissions }) =>
  permissions.flatMap(({ actions }) => actions),
);

const deployer = (...more: readonly string[]) =>
  trailAndBucket({
    others: {
      Deployer: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: LAMBDA_TRUST,
          Policies: [
            {
              PolicyName: 'work',
              PolicyDocument: {
                Version: '2012-10-17',
                Statement: [{ Effect: 'Allow', Action: ['lambda:UpdateFunctionCode', ...more], Resource: '*' }],
              },
            },
          ],
        },
      },
    },
  });

/** Administrators read everything: they are told by other rules. */
export const aud16: Rule = {
  id: 'AUD16',
  title: 'An operator or deployer reads the audit record',
  severity: 'error',
  why: 'Whoever deploys or operates is whom the record is about. Who reads it sees what was noticed and what was not, who looks, and whatever personal data its lines have.',
  fix: 'Leave reading to an `AuditorRole`, whose boundary allows nothing else. What an operator needs are metrics and the log groups of the functions: name these, and not `*`.',
  page: 'https://docs.aws.amazon.com/prescriptive-guidance/latest/security-reference-architecture/log-archive.html',
  controls: ['NIST 800-53 r5 AU-9(6)', 'NIST 800-53 r5 AU-6(5)', 'NIST 800-53 r5 AC-5'],
  types: ['AWS::IAM::Role', 'AWS::IAM::User'],
  check(resource, snapshot) {
    if (auditParts(snapshot).buckets.size === 0) return [];
    const { world, duties } = analysed(snapshot);
    const principal = world.principal(resource.key);
    if (principal === undefined) return [];
    const reached = duties.of(principal);
    const reading = best(reached, 'audit-reading');
    const acting = actsAs(resource, reached);
    if (reading === undefined || acting === undefined) return [];
    return about([violation(reading, acting)], ...allowsOf(principal, READING));
  },
  examples: {
    bad: deployer('cloudtrail:LookupEvents'),
    good: deployer(),
  },
};

/** In which capacity the record is about somebody; `undefined` where in none, or where it is for emergencies. */
function actsAs({ intent }: Resource, reached: Reached): string | undefined {
  const kind = intent?.kind === 'role' ? intent.roleKind : undefined;
  if (kind === 'operator' || kind === 'pipeline') return `was declared as ${kind}`;
  if (kind === 'auditor' || kind === 'break-glass' || reached.direct.some(({ duty }) => duty === EVERY_DUTY)) {
    return undefined;
  }
  const deploying = reached.direct.find(({ duty }) => duty === 'deployment');
  return deploying === undefined ? undefined : `deploys (${deploying.because})`;
}

/** A certain way before a possible one, then the shortest. */
function best({ direct, beyond }: Reached, wanted: string): ReachedHolding | undefined {
  const found = [...direct, ...beyond].filter(({ duty }) => duty === wanted);
  return found.find(({ certainty }) => certainty === 'certain') ?? found[0];
}

function violation(reading: ReachedHolding, acting: string): Violation {
  const { because, certainty, steps, unknowns } = reading;
  return {
    message: `${acting}, and reads the audit record: ${because}; expected auditors alone to read it`,
    detail: 'Reading',
    trace: [
      ...steps.map(({ technique, from, to, because: why }) => `${from} -> ${to} (${technique}): ${why}`),
      because,
    ],
    ...(certainty === 'certain' ? {} : { certainty, unknowns }),
  };
}
