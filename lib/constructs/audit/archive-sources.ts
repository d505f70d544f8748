import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';
import { worstCaseLength } from '../../private/policy-size';
import { throughS3 } from './auditor-permissions';
import type { ArchiveSource, AuditArchiveProps } from './audit-archive-props';
import { isBucketName } from './bucket-name';
import type { ArchivePlace } from './known-archive';
import { logsArrive } from './arriving-copies';
import { trailName } from './trail-name';
import type { Writer } from './vault-bucket-policy';
import type { Trail } from './vault-key';

/** What is known of a source of an archive. */
export interface KnownSource extends Writer, Trail {
  readonly name: string;
  readonly region: string;
  readonly readerArns: readonly string[];
  /** Whether log groups arrive, and by which role S3 copies them. */
  readonly logs: boolean;
  readonly copierName: string;
  readonly copierArn: string;
}

const MOST_SOURCES = 20;

/** The sources of an archive that is there, once they are plausible. */
export function archiveSources(
  at: IConstruct,
  place: ArchivePlace,
  { bucketName, sources }: Pick<AuditArchiveProps, 'bucketName' | 'sources'>,
): readonly KnownSource[] {
  const refuse = (what: string, mend: string): Error =>
    misuse(at, {
      code: 'BH4050',
      what,
      why: 'trails of other accounts know the archive by its name, and it them',
      mend,
    });
  if (Token.isUnresolved(place.account) || Token.isUnresolved(place.region)) {
    throw refuse('account or region of the stack are not known', 'give the stack an `env` with both');
  }
  if (!isBucketName(bucketName)) {
    throw refuse(
      `\`bucketName\` is ${Token.isUnresolved(bucketName) ? 'not known before deployment' : `\`${bucketName}\``}`,
      'give 3 to 63 lower-case letters, digits and single hyphens',
    );
  }
  if (sources.length === 0 || sources.length > MOST_SOURCES) {
    throw refuse(`there are ${sources.length} sources`, `give at least one and at most ${MOST_SOURCES}`);
  }
  const names = sources.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw refuse(`two sources are called \`${twice}\``, 'give each a name of its own');
  return sources.map((source) => knownSource(at, place, source, refuse));
}

function knownSource(
  at: IConstruct,
  { region: there, partition }: ArchivePlace,
  { name, account, region, trailName: named, readerArns = [], logs = true }: ArchiveSource,
  refuse: (what: string, mend: string) => Error,
): KnownSource {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(name)) {
    throw refuse(`a source is called \`${name}\``, 'give 1 to 40 lower-case letters, digits and hyphens');
  }
  if (!/^\d{12}$/.test(account)) throw refuse(`the account of \`${name}\` is \`${account}\``, 'give twelve digits');
  const wrong = readerArns.find((arn) => !/^arn:[^:]+:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(arn));
  if (wrong !== undefined) throw refuse(`a reader of \`${name}\` is \`${wrong}\``, 'give the whole ARN of a role');
  const trail = trailName(at, named ?? `${name}-audit`);
  const home = region ?? there;
  const copierName = `${name}-logs-${home}`;
  return {
    id: name
      .split('-')
      .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
      .join(''),
    name,
    account,
    region: home,
    trailName: trail,
    trailArn: `arn:${partition}:cloudtrail:${home}:${account}:trail/${trail}`,
    prefix: `${name}/AWSLogs/${account}`,
    readerArns,
    logs,
    copierName,
    copierArn: `arn:${partition}:iam::${account}:role/${copierName}`,
  };
}

/**
 * Whom a statement lets in: a role that may be of another account, and may not be there yet. The account is named, so
 * that the policy can be stored before the role is made, and the condition leaves none of its other roles in; its own
 * policies have to allow the same.
 */
function only(
  at: IConstruct,
  roleArn: string,
  account?: string,
): Pick<iam.PolicyStatementProps, 'principals'> & {
  readonly condition: Record<string, string>;
} {
  const owner = account ?? roleArn.split(':')[4] ?? Stack.of(at).account;
  return {
    principals: [new iam.ArnPrincipal(`arn:${Stack.of(at).partition}:iam::${owner}:root`)],
    condition: { 'aws:PrincipalArn': roleArn },
  };
}

/** Lets the roles that copy log groups encrypt with the key: where they write, the bucket says. */
export function logsEncryptedOf(at: IConstruct, senders: readonly KnownSource[]): iam.PolicyStatement {
  const { partition } = Stack.of(at);
  const accounts = [...new Set(senders.map(({ account }) => account))];
  return logsArrive(
    accounts.map((account) => new iam.ArnPrincipal(`arn:${partition}:iam::${account}:root`)),
    Stack.of(at),
    { ArnEquals: { 'aws:PrincipalArn': senders.map(({ copierArn }) => copierArn) } },
  );
}

/** Lets a reader decrypt, through S3. */
export function keyStatement(at: IConstruct, roleArn: string, account?: string): iam.PolicyStatement {
  const { principals, condition } = only(at, roleArn, account);
  return new iam.PolicyStatement({
    sid: `AuditorDecrypts${suffix(at, 'key', roleArn)}`,
    principals,
    actions: ['kms:Decrypt'],
    resources: ['*'],
    conditions: { ...throughS3(Stack.of(at)), ArnEquals: condition },
  });
}

/** Lets a reader of another account read one folder of the bucket, and list it. */
export function readingOf(
  at: IConstruct,
  bucket: s3.IBucket,
  prefix: string,
  roleArn: string,
  account?: string,
): iam.PolicyStatement[] {
  const { principals, condition } = only(at, roleArn, account);
  const name = suffix(at, 'bucket', `${prefix} ${roleArn}`);
  return [
    new iam.PolicyStatement({
      sid: `AuditorReads${name}`,
      principals,
      actions: ['s3:GetObject', 's3:GetObjectLegalHold', 's3:GetObjectRetention', 's3:GetObjectVersion'],
      resources: [`${bucket.bucketArn}/${prefix}/*`],
      conditions: { ArnEquals: condition },
    }),
    new iam.PolicyStatement({
      sid: `AuditorLists${name}`,
      principals,
      actions: ['s3:ListBucket', 's3:ListBucketVersions'],
      resources: [bucket.bucketArn],
      conditions: { ArnEquals: condition, StringLike: { 's3:prefix': `${prefix}/*` } },
    }),
  ];
}

/**
 * Lets the accounts of readers ask for the region of the bucket, as Athena does for them: accounts, and one statement for
 * all, since there is little room in the policy of a bucket.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/cross-account-permissions.html
 */
export class Locating {
  private readonly accounts = new Set<string>();
  private statement: iam.PolicyStatement | undefined;

  constructor(private readonly at: IConstruct) {}

  /** Lets the account of one more reader ask. */
  public admit(bucket: s3.IBucket, roleArn: string, account = roleArn.split(':')[4] ?? ''): void {
    if (this.accounts.has(account)) return;
    this.accounts.add(account);
    if (this.statement === undefined) {
      this.statement = new iam.PolicyStatement({
        sid: 'AuditorsLocate',
        actions: ['s3:GetBucketLocation'],
        resources: [bucket.bucketArn],
      });
      bucket.addToResourcePolicy(this.statement);
    }
    this.statement.addPrincipals(new iam.ArnPrincipal(`arn:${Stack.of(this.at).partition}:iam::${account}:root`));
  }
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html */
const BUCKET_POLICY_LIMIT = 20_480;

/** What is said of a bucket policy that S3 would refuse. */
export function tooLong(at: IConstruct, policy: s3.BucketPolicy | undefined, bucketName: string): string[] {
  const text = JSON.stringify(Stack.of(at).resolve(policy?.document) ?? {});
  const length = worstCaseLength(
    JSON.parse(text.replaceAll(/\{"Fn::GetAtt":\["\w+","Arn"\]\}/g, `"arn:aws-us-gov:s3:::${bucketName}"`)),
  );
  if (length <= BUCKET_POLICY_LIMIT) return [];
  const { message } = misuse(at, {
    code: 'BH4054',
    what: `the policy of the bucket has ${length} characters, expected at most ${BUCKET_POLICY_LIMIT}`,
    why: 'S3 takes no longer one',
    mend: 'let fewer roles of other accounts read, or make a second archive',
  });
  return [message];
}

const suffixes = new WeakMap<IConstruct, Map<string, string[]>>();

/** Statements of a kind are told apart by number: the ARN may be a token. */
function suffix(at: IConstruct, kind: string, of: string): string {
  const kinds = suffixes.get(at) ?? new Map<string, string[]>();
  suffixes.set(at, kinds);
  const known = kinds.get(kind) ?? [];
  kinds.set(kind, known);
  if (!known.includes(of)) known.push(of);
  return String(known.indexOf(of) + 1);
}
