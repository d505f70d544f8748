import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { TrailEvent } from './trail-event';

/** A policy document as stored; `null` where there is none. */
export type Document = unknown;

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Who holds an access key. */
export interface KeyFact {
  /** Of a user or of the session of a role. */
  readonly arn: string;
  readonly secret: string;
  readonly token?: string;
  readonly expires?: number | null;
  readonly issued?: number | null;
  readonly tags?: readonly Tag[];
  readonly policies?: { readonly Policy?: string | null; readonly PolicyArns?: readonly string[] } | null;
  readonly sourceIdentity?: string | null;
  /** The role of the session, or the user; `null` where it is gone. */
  readonly principal: PrincipalFact | null;
}

export interface ManagedFact {
  readonly arn: string;
  /** `null` where the emulator does not know the policy. */
  readonly document: Document;
}

export interface PrincipalFact {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly tags: readonly Tag[];
  readonly trust?: Document;
  readonly inline: Readonly<Record<string, Document>>;
  readonly managed: readonly ManagedFact[];
  readonly boundary: ManagedFact | null;
}

export interface SecretFact {
  readonly arn: string;
  readonly name: string;
  /** The ARN of its key; `null` for the key that AWS manages. */
  readonly kmsKey: string | null;
  readonly tags: readonly Tag[];
  readonly policy: Document;
  /** Staging labels by version. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
  readonly rotationEnabled: boolean;
  readonly rotating: boolean;
}

export interface KmsKeyFact {
  readonly arn: string;
  readonly tags: readonly Tag[];
  readonly policy: Document;
  readonly enabled: boolean;
}

export interface BucketFact {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly policy: Document;
  /** The key that encrypts by default, and whether a bucket key stands between. */
  readonly encryption: { readonly kmsKey: string; readonly bucketKey: boolean } | null;
}

export interface ApiFact {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly policy: Document;
  readonly stages: readonly string[];
  readonly methods: readonly { readonly path: string; readonly verb: string; readonly authorization: string }[];
}

export interface FunctionFact {
  readonly tags: readonly Tag[];
  readonly policy: Document;
}

export interface TopicFact {
  readonly policy: Document;
  /** The key that encrypts it; `null` where there is none. */
  readonly kmsKey: string | null;
}

/** What a stack has made. */
export interface StackFact {
  readonly status: string;
  /** By logical id. */
  readonly resources: Readonly<Record<string, { readonly id: string; readonly type: string }>>;
}

/** Temporary credentials of a role. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

interface Waiting {
  readonly question: string;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Questions to the emulator about what is deployed now. Nothing is kept: a policy that changes counts at once. */
export class Facts {
  private socket?: Socket | undefined;
  /** Asked and not answered yet; answers come in this order. */
  private readonly waiting: Waiting[] = [];

  constructor(
    public readonly port: number,
    private readonly runToken: string,
  ) {}

  public close(): void {
    this.socket?.destroy();
  }

  public key(id: string): Promise<KeyFact | null> {
    return this.ask('key', { id });
  }

  public role(arn: string): Promise<PrincipalFact | null> {
    return this.ask('role', { arn });
  }

  public user(arn: string): Promise<PrincipalFact | null> {
    return this.ask('user', { arn });
  }

  public secret(account: string, region: string, id: string): Promise<SecretFact | null> {
    return this.ask('secret', { account, region, id });
  }

  /** The ARNs of all secrets. */
  public secrets(account: string, region: string): Promise<readonly string[]> {
    return this.ask('secrets', { account, region });
  }

  public kmsKey(account: string, region: string, id: string): Promise<KmsKeyFact | null> {
    return this.ask('kms-key', { account, region, id });
  }

  public bucket(name: string): Promise<BucketFact | null> {
    return this.ask('bucket', { name });
  }

  public api(id: string): Promise<ApiFact | null> {
    return this.ask('api', { id });
  }

  public function(account: string, region: string, name: string): Promise<FunctionFact | null> {
    return this.ask('function', { account, region, name });
  }

  public topic(arn: string): Promise<TopicFact | null> {
    return this.ask('topic', { arn });
  }

  /** The name of the partition key of a table, by its ARN; `null` where there is no such table. */
  public partitionKey(arn: string): Promise<string | null> {
    return this.ask('partition-key', { arn });
  }

  /** The tags of a key of API Gateway; `null` where there is no such key. */
  public apiKeyTags(account: string, region: string, id: string): Promise<readonly Tag[] | null> {
    return this.ask('api-key-tags', { account, region, id });
  }

  public stack(account: string, region: string, name: string): Promise<StackFact | null> {
    return this.ask('stack', { account, region, name });
  }

  /** A session, without asking whether it may be. */
  public session(roleArn: string, name: string, seconds: number, sourceIdentity?: string): Promise<SessionCredentials> {
    return this.ask('sign-in', {
      arn: roleArn,
      session: name,
      seconds: String(seconds),
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    });
  }

  /** Tells the trails what was asked for, in this order. */
  public record(events: readonly TrailEvent[]): Promise<void> {
    return this.ask('record', {}, events);
  }

  private ask<T>(question: string, query: Readonly<Record<string, string>>, body?: unknown): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const socket = (this.socket ??= this.open());
      this.waiting.push({ question, resolve: resolve as (answer: unknown) => void, reject });
      socket.write(`${JSON.stringify({ question, query, body })}\n`);
    });
  }

  private open(): Socket {
    const socket = connect(this.port, '127.0.0.1').setEncoding('utf8').setNoDelay();
    let begun = '';
    socket.on('data', (chunk: string) => {
      const lines = (begun + chunk).split('\n');
      begun = lines.pop() ?? '';
      for (const line of lines) this.answered(JSON.parse(line) as { answer?: unknown; error?: string });
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.socket = undefined;
      for (const { question, reject } of this.waiting.splice(0)) reject(notTold(question, 'it has hung up'));
    });
    socket.write(`${this.runToken}\n`);
    return socket;
  }

  private answered({ answer, error }: { answer?: unknown; error?: string }): void {
    const asked = this.waiting.shift();
    if (error === undefined) asked?.resolve(answer);
    else asked?.reject(notTold(asked.question, error));
  }
}

function notTold(question: string, why: string): Error {
  return new Error(`the emulator does not tell "${question}": ${why}`);
}
