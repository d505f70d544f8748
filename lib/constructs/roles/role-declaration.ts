import { Token } from 'aws-cdk-lib';
import type { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { misuse } from '../../private/errors';

const HOUR = 3600;

/** @throws BH2001 where owner or purpose is empty. */
export function checkWords(at: string, { owner, purpose }: { readonly owner: string; readonly purpose: string }): void {
  if (isEmpty(owner)) {
    throw misuse(at, {
      code: 'BH2001',
      what: '`owner` is empty',
      why: 'a role that nobody answers for is never reviewed',
      mend: 'name the team that answers for the role',
    });
  }
  if (isEmpty(purpose)) {
    throw misuse(at, {
      code: 'BH2001',
      what: '`purpose` is empty',
      why: 'a role without a purpose cannot be held to it',
      mend: 'say in a few words what the role is for',
    });
  }
}

/** @throws BH2002 outside of 1 to 12 hours. */
export function checkSession(at: string, session: Duration): Duration {
  const seconds = session.isUnresolved() ? HOUR : session.toSeconds();
  if (seconds >= HOUR && seconds <= 12 * HOUR) return session;
  throw misuse(at, {
    code: 'BH2002',
    what: `\`maxSessionDuration\` must be between 1 and 12 hours, got ${session.toHumanString()}`,
    why: 'IAM takes nothing else',
    mend: 'leave it out for sessions of one hour',
  });
}

/** @throws BH2011 where it is no day of the calendar. Whether it has passed is asked by a rule, not here. */
export function checkReviewOn(at: string, date: string | undefined): void {
  if (date === undefined || (/^\d{4}-\d{2}-\d{2}$/.test(date) && isDay(date))) return;
  throw misuse(at, {
    code: 'BH2011',
    what: `\`reviewOn\` must be a date such as \`2027-06-30\`, got \`${Token.isUnresolved(date) ? 'a token' : date}\``,
    mend: 'write the day of the next review out',
  });
}

function isDay(date: string): boolean {
  const day = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
}

/** @throws BH2003 where IAM would refuse the name. */
export function checkRoleName(at: string, name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name) || /^[\w+=,.@-]{1,64}$/.test(name)) return;
  throw misuse(at, {
    code: 'BH2003',
    what: `\`roleName\` must have 1 to 64 characters of letters, digits and \`_+=,.@-\`, got \`${name}\` (${name.length})`,
    mend: 'shorten it, or leave it out and let CloudFormation generate one',
  });
}

/** @throws BH2004 where the trust policy would name everyone, whatever its conditions are. */
export function checkTrust(at: string, assumedBy: iam.IPrincipal): void {
  if (!Object.values(assumedBy.policyFragment.principalJson).flat(1).includes('*')) return;
  throw misuse(at, {
    code: 'BH2004',
    what: 'the trust policy names everyone (`*`)',
    why: 'one missing or wrong condition would open the role to every AWS account',
    mend: 'name the account, role, service or identity provider in `assumedBy`',
  });
}

function isEmpty(text: string | undefined): boolean {
  return text === undefined || (!Token.isUnresolved(text) && text.trim() === '');
}
