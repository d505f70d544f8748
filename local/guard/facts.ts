import { request } from 'node:http';
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

/** Questions to the emulator about what is deployed now. Nothing is kept: a policy that changes counts at once. */
export class Facts {
  constructor(
    private readonly port: number,
    private readonly runToken: string,
  ) {}

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
    return this.ask('record', {}, JSON.stringify(events));
  }

  private ask<T>(question: string, query: Readonly<Record<string, string>>, body?: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const path = `/_bulkhead/${question}?${new URLSearchParams(query).toString()}`;
      const headers = { 'x-bulkhead-run': this.runToken };
      const method = body === undefined ? 'GET' : 'POST';
      const call = request({ host: '127.0.0.1', port: this.port, method, path, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (answer.statusCode === 200) resolve(JSON.parse(text) as T);
          else reject(new Error(`the emulator does not tell "${question}": ${text}`));
        });
      });
      call.on('error', reject);
      call.end(body);
    });
  }
}
