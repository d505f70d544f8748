import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { EXPIRES_ON_TAG } from '../../lib/model/tags';
import { Line, named } from './faults';
import type { Fault } from './faults';

const LABELS = { current: 'AWSCURRENT', pending: 'AWSPENDING', previous: 'AWSPREVIOUS' } as const;

interface Version {
  value?: string;
  readonly labels: Set<string>;
}

interface Input {
  readonly SecretId?: string;
  readonly VersionId?: string;
  readonly VersionStage?: string;
  readonly VersionStages?: readonly string[];
  readonly ClientRequestToken?: string;
  readonly SecretString?: string;
  readonly RemoveFromVersionId?: string;
  readonly MoveToVersionId?: string;
}

/**
 * One secret of Secrets Manager in memory, with the rules for versions and staging labels as AWS documents them:
 * a version's value never changes, a label is on one version at most, who moves a label says where it is, AWSPREVIOUS
 * follows AWSCURRENT, and RotateSecret is refused while AWSPENDING is on another version than AWSCURRENT.
 */
export class FakeSecretsManager {
  public static readonly ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:Token-AbCdEf';

  public rotationEnabled = true;
  /** The tag of its end. */
  public expiresOn = '2027-06-30';
  /** Deleted, with a window in which it can be restored: nobody reads it any more. */
  public deleted = false;

  private readonly versions = new Map<string, Version>();
  private started = 0;

  /**
   * @param firstBecomesCurrent PutSecretValue labels the very first value AWSCURRENT too, as its page says.
   * @param line which other fakes can share, so that a fault can come at any call to any of them
   */
  constructor(
    private readonly firstBecomesCurrent = false,
    public readonly line = new Line(),
  ) {}

  /** What was called, in order, without values. */
  public get calls(): string[] {
    return this.line.calls;
  }

  public set faults(faults: readonly Fault[]) {
    this.line.faults = faults;
  }

  public set afterEach(check: () => void) {
    this.line.afterEach = check;
  }

  /** As the SDK's client, for the commands that a rotation may use; any other fails. */
  public readonly client = { send: (command: unknown) => this.send(command) } as unknown as Pick<
    SecretsManagerClient,
    'send'
  >;

  /** RotateSecret: a new version staged AWSPENDING, without a value. */
  public rotateSecret(): string {
    const pending = this.holderOf(LABELS.pending);
    if (pending !== undefined && pending !== this.holderOf(LABELS.current)) {
      throw named('InvalidRequestException', 'a previous rotation is not complete');
    }
    this.started += 1;
    const version = `version-${this.started}`;
    this.versions.set(version, { labels: new Set() });
    this.attach(LABELS.pending, version);
    return version;
  }

  /** Somebody stores a value by hand, which becomes current. */
  public putByHand(version: string, value: string): void {
    this.put({ ClientRequestToken: version, SecretString: value });
  }

  /** The value that readers get. */
  public get current(): string | undefined {
    return this.valueOf(LABELS.current);
  }

  public get previous(): string | undefined {
    return this.valueOf(LABELS.previous);
  }

  /** All versions with a label, and the labels. */
  public get labels(): Record<string, string[]> {
    return this.stages();
  }

  /** The version that carries a label. */
  public holderOf(label: string): string | undefined {
    return [...this.versions].find(([, { labels }]) => labels.has(label))?.[0];
  }

  private send(command: unknown): Promise<unknown> {
    const { name } = (command as object).constructor;
    const { input } = command as { readonly input: Input };
    return this.line.call(name.replace(/Command$/, ''), () => this.answer(name, input));
  }

  private answer(name: string, input: Input): unknown {
    if (input.SecretId !== FakeSecretsManager.ARN) throw named('ResourceNotFoundException', 'no such secret');
    switch (name) {
      case 'DescribeSecretCommand':
        return {
          RotationEnabled: this.rotationEnabled,
          VersionIdsToStages: this.stages(),
          Tags: [{ Key: EXPIRES_ON_TAG, Value: this.expiresOn }],
        };
      case 'GetSecretValueCommand':
        return this.get(input);
      case 'PutSecretValueCommand':
        return this.put(input);
      case 'UpdateSecretVersionStageCommand':
        return this.move(input);
      case 'RotateSecretCommand':
        return { VersionId: this.rotateSecret() };
      default:
        throw named('AccessDeniedException', `a rotation must not call ${name}`);
    }
  }

  private stages(): Record<string, string[]> {
    const labelled = [...this.versions].filter(([, { labels }]) => labels.size > 0);
    return Object.fromEntries(labelled.map(([id, { labels }]) => [id, [...labels]]));
  }

  private get({ VersionId, VersionStage = LABELS.current }: Input): unknown {
    const id = VersionId ?? this.holderOf(VersionStage);
    const version = id === undefined ? undefined : this.versions.get(id);
    if (version?.value === undefined || !version.labels.has(VersionStage)) {
      throw named('ResourceNotFoundException', `no value for ${VersionId ?? VersionStage}`);
    }
    return { SecretString: version.value, VersionId: id, VersionStages: [...version.labels] };
  }

  private put({ ClientRequestToken: id, SecretString: value, VersionStages }: Input): unknown {
    if (id === undefined || value === undefined) throw named('InvalidParameterException', 'no token or value');
    const version = this.versions.get(id) ?? { labels: new Set() };
    if (version.value !== undefined && version.value !== value) {
      throw named('ResourceExistsException', `version ${id} has another value`);
    }
    const isFirst = [...this.versions.values()].every((each) => each.value === undefined);
    version.value = value;
    this.versions.set(id, version);
    const labels = VersionStages ?? [LABELS.current];
    for (const label of labels) this.attach(label, id);
    if (isFirst && this.firstBecomesCurrent) this.attach(LABELS.current, id);
    return { VersionId: id };
  }

  private move({ VersionStage: label, RemoveFromVersionId: from, MoveToVersionId: to }: Input): unknown {
    if (label === undefined) throw named('InvalidParameterException', 'no label');
    const holder = this.holderOf(label);
    if (from !== undefined && from !== holder) throw named('InvalidParameterException', `${label} is not on ${from}`);
    if (holder !== undefined && holder !== to && from === undefined) {
      throw named('InvalidParameterException', `${label} is on ${holder}: say so`);
    }
    if (to === undefined) {
      if (from === undefined) throw named('InvalidParameterException', 'neither from nor to');
      if (label === LABELS.current) throw named('InvalidParameterException', 'a secret keeps a current version');
      this.versions.get(from)?.labels.delete(label);
    } else {
      const target = this.versions.get(to);
      if (target === undefined) throw named('ResourceNotFoundException', `no version ${to}`);
      this.attach(label, to);
    }
    return {};
  }

  /** Puts a label on a version and takes it from where it was. */
  private attach(label: string, to: string): void {
    const from = this.holderOf(label);
    if (from === to) return;
    if (from !== undefined) this.versions.get(from)?.labels.delete(label);
    this.versions.get(to)?.labels.add(label);
    if (label === LABELS.current && from !== undefined) this.attach(LABELS.previous, from);
  }

  private valueOf(label: string): string | undefined {
    const holder = this.holderOf(label);
    return holder === undefined ? undefined : this.versions.get(holder)?.value;
  }
}
