import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

const LABELS = { current: 'AWSCURRENT', pending: 'AWSPENDING', previous: 'AWSPREVIOUS' } as const;

interface Version {
  value?: string;
  readonly labels: Set<string>;
}

/** Where a call is to break: before it has an effect, or after it, when the answer is lost. */
export interface Fault {
  /** The number of the call, from 0. */
  readonly call: number;
  readonly moment: 'before' | 'after';
  /** @default 'Crash' */
  readonly error?: string;
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
  /** What was called, in order, without values. */
  public readonly calls: string[] = [];
  /** Called after every call, also a broken one: for what must hold at any time. */
  public afterEach: () => void = () => {};
  public faults: readonly Fault[] = [];

  private readonly versions = new Map<string, Version>();
  private started = 0;

  /** @param firstBecomesCurrent PutSecretValue labels the very first value AWSCURRENT too, as its page says. */
  constructor(private readonly firstBecomesCurrent = false) {}

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

  /** The version that carries a label. */
  public holderOf(label: string): string | undefined {
    return [...this.versions].find(([, { labels }]) => labels.has(label))?.[0];
  }

  private async send(command: unknown): Promise<unknown> {
    const name = (command as object).constructor.name;
    const input = (command as { readonly input: Input }).input;
    const fault = this.faults.find(({ call }) => call === this.calls.length);
    this.calls.push(name.replace(/Command$/, ''));
    await Promise.resolve();
    try {
      if (fault?.moment === 'before') throw named(fault.error ?? 'Crash', 'before the call');
      return this.answer(name, input);
    } finally {
      this.afterEach();
      // The answer is lost, whatever it was.
      if (fault?.moment === 'after') await Promise.reject(named(fault.error ?? 'Crash', 'after the call'));
    }
  }

  private answer(name: string, input: Input): unknown {
    if (input.SecretId !== FakeSecretsManager.ARN) throw named('ResourceNotFoundException', 'no such secret');
    switch (name) {
      case 'DescribeSecretCommand':
        return { RotationEnabled: this.rotationEnabled, VersionIdsToStages: this.stages() };
      case 'GetSecretValueCommand':
        return this.get(input);
      case 'PutSecretValueCommand':
        return this.put(input);
      case 'UpdateSecretVersionStageCommand':
        return this.move(input);
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

function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}
