import type { CredentialKind } from '../../lib/runtime/rotation/credential-kind';
import { rotate } from '../../lib/runtime/rotation/rotate';
import type { RotationLogEntry } from '../../lib/runtime/rotation/rotate';
import { STEPS } from '../../lib/runtime/rotation/rotation-event';
import { FakeSecretsManager } from './fake-secrets-manager';
import type { Line } from './faults';

const DAY_MS = 86_400_000;

/** What the functions of the worlds are deployed for. */
export const OWN_SECRET = { arn: FakeSecretsManager.ARN, expiresOn: '2027-06-30' };

/** A credential of one kind, the services around it, and what Secrets Manager does with them. */
export class RotationWorld {
  public readonly log: RotationLogEntry[] = [];
  public readonly secrets: FakeSecretsManager;
  /** The service has room for two values: the previous one goes when the next rotation begins. */
  public readonly overlapEndsEarly: boolean = false;
  /** Its last day: the end is not past. */
  private now = Date.parse(OWN_SECRET.expiresOn) + DAY_MS - 1;

  /**
   * @param kind the kind, over fakes on the same line
   * @param works whether a consumer that holds the value can use it now
   */
  constructor(
    public readonly line: Line,
    public readonly kind: CredentialKind,
    public readonly works: (value: string) => boolean,
  ) {
    this.secrets = new FakeSecretsManager(true, line);
  }

  public event(event: object): Promise<void> {
    const { client } = this.secrets;
    return rotate(event, {
      client,
      kind: this.kind,
      own: OWN_SECRET,
      clock: () => this.now,
      log: (entry) => this.log.push(entry),
    });
  }

  public step(Step: string, version: string): Promise<void> {
    return this.event({ Step, SecretId: FakeSecretsManager.ARN, ClientRequestToken: version });
  }

  /** The day after the last one of the credential. */
  public passEnd(): void {
    this.now = Date.parse(OWN_SECRET.expiresOn) + DAY_MS;
  }

  public command(Command: 'revoke' | 'end'): Promise<void> {
    return this.event({ Command, SecretId: FakeSecretsManager.ARN });
  }

  public async steps(version: string): Promise<void> {
    for (const each of STEPS) await this.step(each, version);
  }

  /** A rotation from its begin to its end. */
  public async rotate(): Promise<string> {
    const version = this.secrets.rotateSecret();
    await this.steps(version);
    return version;
  }

  /**
   * As Secrets Manager does: a rotation that failed is tried again from its first step, with the same version, and the
   * next one begins where that version was given up.
   */
  public async untilDone(begun: string): Promise<string> {
    let version = begun;
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      try {
        await this.steps(version);
        return version;
      } catch (error) {
        const { pending } = this.holders();
        if ((error as Error).name === 'RotationRefusal' && pending !== version) {
          version = pending ?? this.secrets.rotateSecret();
        }
      }
    }
    throw new Error(`the rotation never ends: ${JSON.stringify(this.log.slice(-6))}`);
  }

  public holders(): { readonly current?: string; readonly pending?: string; readonly previous?: string } {
    const { secrets } = this;
    return {
      current: secrets.holderOf('AWSCURRENT'),
      pending: secrets.holderOf('AWSPENDING'),
      previous: secrets.holderOf('AWSPREVIOUS'),
    };
  }
}
