import { trustPolicy } from '../../engine/parse/policies-of';
import { show } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { isAbsent } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule } from '../rule';
import { roleTrusting } from '../support/examples';
import { isOpen, judge, numberOf, violationOf } from '../support/property';
import type { Answer } from '../support/property';

const HOUR = 3600;
const session = (MaxSessionDuration: number) =>
  roleTrusting({ Principal: { AWS: 'arn:aws:iam::111122223333:role/deployer' } }, { MaxSessionDuration });

/** A role that only AWS services assume is left out: `MaxSessionDuration` does not bind their sessions. */
export const iam8: Rule = {
  id: 'IAM8',
  title: 'Sessions of a role may last longer than an hour',
  severity: 'error',
  why: 'Stolen session credentials work until they expire, and revoking them needs somebody who noticed. An hour is what AWS gives by default; whoever assumes the role asks for as much as the role allows.',
  fix: 'Leave `MaxSessionDuration` out, or set it to 3600. Who works longer assumes the role again, with MFA.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-settings.html',
  controls: ['NIST 800-53 r5 AC-12', 'NIST 800-53 r5 IA-11', 'NIST 800-53 r5 AC-2(5)'],
  types: ['AWS::IAM::Role'],
  check(role) {
    const found = role.properties['MaxSessionDuration'];
    if (isAbsent(found) || isForServicesOnly(role)) return [];
    return violationOf(
      judge(found, isAnHourAtMost),
      `found \`MaxSessionDuration\` ${show(found)}; expected ${HOUR} seconds at most`,
    );
  },
  examples: { bad: session(12 * HOUR), good: session(HOUR) },
};

function isAnHourAtMost(value: Value): Answer {
  if (isAbsent(value)) return 'holds';
  if (isOpen(value)) return 'open';
  const seconds = numberOf(value);
  return seconds !== undefined && seconds <= HOUR ? 'holds' : 'fails';
}

function isForServicesOnly(role: Resource): boolean {
  const trust = trustPolicy(role);
  if (trust === undefined || trust.unknowns.length > 0) return false;
  const allows = trust.statements.filter(({ effect }) => effect === 'Allow');
  return allows.every(
    ({ principals }) => principals?.negated === false && principals.entries.every(({ kind }) => kind === 'Service'),
  );
}
