import { CfnResource, Lazy, Names, Stack, Tags, Token } from 'aws-cdk-lib';
import type { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { CfnSecret, ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { COMPARTMENT_TAG, EXPIRES_ON_TAG, OWNER_TAG, PURPOSE_TAG } from '../../model/tags';
import { INTENT_KEY } from '../../model/intent';
import { misuse } from '../../private/errors';
import { compartmentOf, declareIntent } from '../intent';
import { claim } from './claimed';
import { checkEnd, checkInterval, checkReader, checkThere, checkWord, warnOfEnd } from './credential-declaration';
import { grantAccess } from './secret-access';
import { SecretAddress } from './secret-address';

const READER_ACCESS = { secretActions: ['DescribeSecret', 'GetSecretValue'], keyActions: ['Decrypt'] };

/** What is declared of a secret that exists. */
export interface ExistingCredentialProps {
  /**
   * The secret: one of the app, or one that was imported by its ARN or name. Its `encryptionKey` has to be said where it
   * is another than that of AWS: readers are granted its use, and its own policy must let them in.
   */
  readonly secret: ISecret;
  /** The team that answers for the credential. Not empty; at most 256 letters, digits, spaces and `_.:/=+-@`. */
  readonly owner: string;
  /** What the credential is for: one thing. Not empty; characters as for `owner`. */
  readonly purpose: string;
  /** The role that reads the credential. More readers are declared with `grants.read`. */
  readonly reader: iam.IRole;
  /** The last day on which the credential is needed, as `2027-06-30`. */
  readonly expiresOn: string;
  /**
   * How often the value changes, by whatever changes it: between 4 hours and 1,000 days, in whole hours. Where the
   * schedule is in the app, too, rule SEC1 compares it.
   *
   * @default - nobody says
   */
  readonly rotateEvery?: Duration;
}

/** Declares who may read a secret that exists. */
export interface IExistingCredentialGrants {
  /**
   * Declares a further reader: `secretsmanager:GetSecretValue` and `DescribeSecret` on this secret, `kms:Decrypt` on its
   * key where that is known, through Secrets Manager for this secret, and the same in the role's boundary. Declaring a
   * reader twice changes nothing.
   *
   * @param role any role of this account
   * @throws BH3002 without a role, BH3007 where it is of another account.
   */
  read(role: iam.IRole): iam.Grant;
}

/**
 * A secret that exists, as a credential of the inventory: it has an owner, a purpose, readers and an end, which the rules
 * and reports compare with what is.
 *
 * Nothing keeps it but that: it gets no policy, no key, no rotation, no alarm, and nobody ends it. Whoever else is
 * allowed to read it still is; rules SEC5 and SEC8 find whom, as far as templates show. Of one that was imported, the
 * policies of secret and key are not seen. One of the app is tagged with owner, purpose and end.
 */
export class ExistingCredential extends Construct {
  /** The team that answers for the credential. */
  public readonly owner: string;
  /** What the credential is for. */
  public readonly purpose: string;
  /** The last day on which the credential is needed, an ISO date. */
  public readonly expiresOn: string;
  /** The secret. */
  public readonly secret: ISecret;
  /** Declares further readers. */
  public readonly grants: IExistingCredentialGrants;

  private readonly address: SecretAddress;
  private readonly readers = new Map<iam.IRole, iam.Grant>();

  /**
   * @throws BH3001 where owner or purpose is empty, BH3002 without a reader, BH3003 where the interval and BH3004 where
   * the end is not as described, BH3006 where a word does not fit into a tag, BH3007 where the reader is of another
   * account, BH3020 where the secret is declared already.
   */
  constructor(scope: Construct, id: string, props: ExistingCredentialProps) {
    super(scope, id);
    this.owner = checkWord(this, 'owner', props.owner);
    this.purpose = checkWord(this, 'purpose', props.purpose);
    this.expiresOn = checkEnd(this, props.expiresOn);
    warnOfEnd(this, this.expiresOn);
    checkThere(this, 'secret', props.secret);
    checkReader(this, props.reader);
    const days = props.rotateEvery === undefined ? undefined : checkInterval(this, props.rotateEvery) / 24;
    this.secret = props.secret;

    const made = this.checkUndeclared(props.secret);
    this.address =
      made === undefined ? SecretAddress.imported(this, props.secret) : SecretAddress.made(made, made.name, this);
    if (made === undefined) this.checkImportedOnce(props.secret);
    else this.tag(made);
    this.grants = { read: (role) => this.declareReader(role) };
    this.grants.read(props.reader);
    const [policy] = this.node.findAll().filter((each) => CfnResource.isCfnResource(each));
    const secretArn = made === undefined ? writtenOut(this, this.address.arn) : undefined;
    declareIntent(made ?? policy, {
      kind: 'credential',
      credentialKind: 'existing',
      path: this.node.path,
      owner: this.owner,
      purpose: this.purpose,
      expiresOn: this.expiresOn,
      ...(days === undefined ? {} : { rotateEveryDays: days }),
      readers: Lazy.list({ produce: () => [...this.readers.keys()].map((role) => role.node.path) }),
      ...(secretArn === undefined ? {} : { secretArn }),
    });
  }

  /** The resource of the secret, where it is of this app. */
  private checkUndeclared(secret: ISecret): CfnSecret | undefined {
    const resource = secret.node.defaultChild;
    if (resource === undefined || !CfnResource.isCfnResource(resource)) return undefined;
    if (resource.cfnResourceType !== 'AWS::SecretsManager::Secret') return undefined;
    if (resource.getMetadata(INTENT_KEY) === undefined) return resource as CfnSecret;
    throw this.declaredAlready(`the secret ${secret.node.path} is declared already`);
  }

  /** By its ARN, or by its name in one account and region. */
  private checkImportedOnce(secret: ISecret): void {
    const { account, region, node } = Stack.of(this);
    const isKnown = ![account, region].some((each) => Token.isUnresolved(each));
    const where = isKnown ? `${account} ${region}` : node.path;
    const other = claim(this, secret.secretFullArn ?? `${where} ${secret.secretName}`);
    if (other !== undefined) throw this.declaredAlready(`the secret is declared already, as ${other}`);
  }

  private declaredAlready(what: string): Error {
    return misuse(this, {
      code: 'BH3020',
      what,
      why: 'each credential has one owner and one purpose',
      mend: 'leave one of the declarations out',
    });
  }

  private declareReader(role: iam.IRole): iam.Grant {
    checkReader(this, role);
    const before = this.readers.get(role);
    if (before !== undefined) return before;
    const { address, secret } = this;
    const id = `ReadBy${Names.nodeUniqueId(role.node)}`;
    const grant = grantAccess(this, id, role, READER_ACCESS, { address, key: secret.encryptionKey });
    this.readers.set(role, grant);
    return grant;
  }

  private tag(secret: CfnSecret): void {
    const tags = Tags.of(secret);
    tags.add(COMPARTMENT_TAG, compartmentOf(this));
    tags.add(OWNER_TAG, this.owner);
    tags.add(PURPOSE_TAG, this.purpose);
    tags.add(EXPIRES_ON_TAG, this.expiresOn);
  }
}

/** As text, with `<AWS::Region>` and the like for what is that of the stack; `undefined` where it has other references. */
function writtenOut(scope: Construct, arn: string): string | undefined {
  const resolved: unknown = Stack.of(scope).resolve(arn);
  if (typeof resolved === 'string') return resolved;
  const [separator, parts] = (resolved as { readonly 'Fn::Join'?: [string, unknown[]] })['Fn::Join'] ?? ['', []];
  const written = parts.map((part) => {
    if (typeof part === 'string') return part;
    const name = (part as { readonly Ref?: string }).Ref ?? '';
    return /^AWS::(Partition|Region|AccountId)$/.test(name) ? `<${name}>` : undefined;
  });
  return written.length === 0 || written.includes(undefined) ? undefined : written.join(separator);
}
