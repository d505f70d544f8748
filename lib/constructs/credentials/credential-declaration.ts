import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { isPast } from '../../model/calendar';
import { misuse } from '../../private/errors';
import type { CredentialProps } from './credential-props';
import type { CredentialSource } from './credential-source';
import { checkSource } from './source-binding';

const MIN_HOURS = 4;
const MAX_HOURS = 1000 * 24;

/** What Secrets Manager and KMS take as the value of a tag. */
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u;

/** What was declared of a credential, each part as it has to be. */
export interface CheckedDeclaration {
  readonly owner: string;
  readonly purpose: string;
  readonly expiresOn: string;
  /** Between rotations. */
  readonly hours: number;
  readonly name: string | undefined;
  readonly source: CredentialSource | undefined;
}

/** @throws what the checks of the parts throw */
export function checkDeclared(at: IConstruct, props: CredentialProps): CheckedDeclaration {
  const owner = checkWord(at, 'owner', props.owner);
  const purpose = checkWord(at, 'purpose', props.purpose);
  const expiresOn = checkEnd(at, props.expiresOn);
  warnOfEnd(at, expiresOn);
  const hours = checkInterval(at, props.rotateEvery);
  const name = checkName(at, props.secretName);
  checkReader(at, props.reader);
  checkKey(at, props.encryptionKey);
  return { owner, purpose, expiresOn, hours, name, source: checkSource(at, props.source) };
}

/** Advice, not an error: the same template must not fail tomorrow. On its last day a credential is still needed. */
export function warnOfEnd(at: IConstruct, expiresOn: string): void {
  if (!isPast(expiresOn, Date.now())) return;
  Annotations.of(at).addWarningV2(
    'cdk-bulkhead:credentialEnded',
    `the credential ended on ${expiresOn}: remove it, or give it a new end if it is still needed`,
  );
}

/** What other languages than TypeScript may leave out. @throws BH3021 where it is missing */
export function checkThere(at: IConstruct | string, name: string, value: unknown): void {
  if (value !== undefined && value !== null) return;
  throw misuse(at, {
    code: 'BH3021',
    what: `\`${name}\` is missing`,
    why: 'the credential cannot be made without it',
    mend: 'give it',
  });
}

/** @throws BH3001 where a word is empty, BH3006 where it cannot stand in a tag. */
export function checkWord(at: IConstruct, name: 'owner' | 'purpose', value: string | undefined): string {
  if (Token.isUnresolved(value)) return value as string;
  if (value === undefined || value.trim() === '') {
    throw misuse(at, {
      code: 'BH3001',
      what: `\`${name}\` is empty`,
      why: 'a credential that nobody answers for is never revoked',
      mend: name === 'owner' ? 'name the team that answers for it' : 'say in a few words what it is for',
    });
  }
  if (TAG_VALUE.test(value)) return value;
  throw misuse(at, {
    code: 'BH3006',
    what: `\`${name}\` must fit into a tag, got \`${value}\` (${value.length} characters)`,
    why: 'the credential carries it as a tag, and AWS would refuse it at deployment',
    mend: 'use at most 256 letters, digits, spaces and the characters `_.:/=+-@`',
  });
}

/**
 * The end of the credential. Whether it is past is not asked here: a synth gives the same result tomorrow.
 *
 * @throws BH3004 where it is no date of the calendar.
 */
export function checkEnd(at: IConstruct, value: string | undefined): string {
  if (value !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(value)) {
    const date = new Date(`${value}T00:00:00Z`);
    // `2027-02-30` parses as a day of March.
    if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)) return value;
  }
  throw misuse(at, {
    code: 'BH3004',
    what: `\`expiresOn\` must be a date such as \`2027-06-30\`, got \`${value ?? ''}\``,
    why: 'a credential without an end outlives its reason',
    mend: 'give the last day on which the credential is needed, as year-month-day',
  });
}

/** The rotation interval in hours. @throws BH3003 where Secrets Manager would refuse it. */
export function checkInterval(at: IConstruct, interval: Duration | undefined): number {
  const hours = interval?.toHours({ integral: false });
  if (hours !== undefined && hours >= MIN_HOURS && hours <= MAX_HOURS && Number.isInteger(hours)) return hours;
  throw misuse(at, {
    code: 'BH3003',
    what: `\`rotateEvery\` must be between 4 hours and 1,000 days in whole hours, got ${interval?.toHumanString() ?? 'nothing'}`,
    why: 'Secrets Manager takes nothing else',
    mend: 'give a Duration, such as `Duration.days(7)`',
  });
}

/** @throws BH3002 where there is no reader, BH3007 where it belongs to another account. */
export function checkReader(at: IConstruct, role: iam.IRole | undefined): iam.IRole {
  if (role === undefined || role === null) {
    throw misuse(at, {
      code: 'BH3002',
      what: 'the credential has no reader',
      why: 'nobody could use it',
      mend: 'name the role that reads it in `reader`',
    });
  }
  if (role.roleArn === undefined || role.env === undefined) {
    throw misuse(at, {
      code: 'BH3002',
      what: `the reader ${role.node?.path ?? ''} is no role`,
      why: 'the policies of secret and key name roles',
      mend: 'give the role that it runs as, such as `role` of a function',
    });
  }
  const here = Stack.of(at).account;
  const there = role.env.account;
  if (Token.isUnresolved(there) || here === there) return role;
  if (Token.isUnresolved(here)) {
    // CDK would attach what is granted to a role of the same name in whatever account the stack is deployed to.
    throw misuse(at, {
      code: 'BH3007',
      what: `the reader ${role.node.path} belongs to account ${there}, and nobody knows to which account the stack is deployed`,
      why: 'a role of the same name there would get its permissions, while secret and key name the one of the other account',
      mend: 'give the stack its account in `env`, or import a role of its own account by name',
    });
  }
  throw misuse(at, {
    code: 'BH3007',
    what: `the reader ${role.node.path} belongs to account ${there}, the credential to ${here}`,
    why: 'a credential that another account reads is not in one compartment any more',
    mend: 'give the other account a credential of its own',
  });
}

/** @throws BH3008 where Secrets Manager would refuse the name. */
export function checkName(at: IConstruct, name: string | undefined): string | undefined {
  if (name === undefined || Token.isUnresolved(name) || /^[\w/+=.@-]{1,512}$/.test(name)) return name;
  throw misuse(at, {
    code: 'BH3008',
    what: `\`secretName\` must have 1 to 512 letters, digits and characters of \`/_+=.@-\`, got \`${name}\``,
    why: 'Secrets Manager takes nothing else, and the name stands in policies',
    mend: 'change it, or leave it out and let CloudFormation generate one',
  });
}

/** @throws BH3009 where the key is named by an alias, or is of another region. */
export function checkKey(at: IConstruct, key: kms.IKey | undefined): kms.IKey | undefined {
  if (key === undefined) return key;
  const [here, there] = [Stack.of(at).region, key.env.region];
  if (here !== there && !Token.isUnresolved(here) && !Token.isUnresolved(there)) {
    throw misuse(at, {
      code: 'BH3009',
      what: `\`encryptionKey\` is a key of ${there}, the credential is in ${here}`,
      why: 'Secrets Manager encrypts with keys of its own region only',
      mend: 'name a key of the same region, or leave it out and get a key for this credential alone',
    });
  }
  if (!key.keyArn.includes(':alias/')) return key;
  throw misuse(at, {
    code: 'BH3009',
    what: '`encryptionKey` is named by an alias',
    why: 'policies do not follow aliases: they would name no key at all',
    mend: 'import the key by its ARN, or leave it out and get a key for this credential alone',
  });
}

/** @throws BH3011 where the function could not run at all. */
export function checkConcurrency(at: IConstruct, calls: number): number {
  if (Token.isUnresolved(calls) || (Number.isInteger(calls) && calls >= 1)) return calls;
  throw misuse(at, {
    code: 'BH3011',
    what: `\`reservedConcurrency\` must be a whole number from 1, got ${calls}`,
    why: 'the credential would never rotate, and could not be revoked',
    mend: 'leave it out for 1',
  });
}
