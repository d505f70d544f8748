import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { problemWithNext } from './credential-kind';
import type { CredentialKind, Values } from './credential-kind';
import { end } from './end';
import type { OwnSecret } from './own-secret';
import { RotationRefusal } from './refusal';
import { revoke } from './revoke';
import { parseRotationEvent } from './rotation-event';
import type { RotationEvent, StepEvent } from './rotation-event';
import { SecretStore } from './secret-store';
import { CURRENT, holderOf, movesToBury, movesToFinish, PENDING, PREVIOUS, REVOKED, standingOf } from './staging';
import type { LabelMove, SecretState } from './staging';

/** A line of the log. INVARIANT: ids and decisions only, never a value. */
export interface RotationLogEntry {
  readonly level: 'info' | 'error';
  readonly step?: RotationEvent['step'] | 'removal';
  readonly secretId?: string;
  readonly version?: string;
  readonly decision: string;
}

/** What a rotation works with. */
export interface RotationTools {
  readonly client: Pick<SecretsManagerClient, 'send'>;
  readonly kind: CredentialKind;
  readonly log: (entry: RotationLogEntry) => void;
  /** The only secret that events may be about. */
  readonly own: OwnSecret;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/**
 * One step of a rotation, or a command. Each may be called any number of times, in any state that a crash can leave
 * behind, and asks first how the secret stands.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export async function rotate(event: unknown, tools: RotationTools): Promise<void> {
  let parsed: RotationEvent | undefined;
  try {
    parsed = parseRotationEvent(event);
    tools.log({ level: 'info', ...parsed, decision: await act(parsed, tools) });
  } catch (error) {
    // Errors of the SDK are told by name only: what is in their message is not ours to vouch for.
    const why = error instanceof RotationRefusal ? `refused: ${error.message}` : `failed: ${nameOf(error)}`;
    tools.log({ level: 'error', ...parsed, decision: why });
    throw error;
  }
}

async function act(event: RotationEvent, { client, kind, own, clock = Date.now }: RotationTools): Promise<string> {
  // The values that it would make or end are those of its own service, whatever secret the event names.
  if (event.secretId !== own.arn) throw new RotationRefusal('the event names another secret than that of the function');
  const store = new SecretStore(client, event.secretId);
  if ('version' in event) return takeStep(event, store, kind);
  return event.step === 'revoke' ? revoke(store) : end(store, kind, own, clock());
}

async function takeStep({ step, version }: StepEvent, store: SecretStore, kind: CredentialKind): Promise<string> {
  const state = await store.describe();
  const standing = standingOf(version, state);
  if (standing.is === 'refused') throw new RotationRefusal(`version ${version}: ${standing.why}`);
  const rotation = new Rotation(store, kind, version, state, standing.is === 'current');
  switch (step) {
    case 'createSecret':
      return rotation.create();
    case 'setSecret':
      return rotation.set();
    case 'testSecret':
      await rotation.test();
      return 'the value was read back and works';
    default:
      return rotation.finish();
  }
}

/** The four steps on one version. */
class Rotation {
  constructor(
    private readonly store: SecretStore,
    private readonly kind: CredentialKind,
    private readonly version: string,
    private readonly state: SecretState,
    /** The version is in use already: an earlier call got that far. */
    private readonly inUse: boolean,
  ) {}

  async create(): Promise<string> {
    const { version, store, kind } = this;
    if (this.inUse) return 'nothing to do: the version is in use already';
    const values = await this.values();
    if (values.pending === undefined) {
      const next = await kind.generate(values, this.isRevoked);
      if (await store.putPending(version, next)) return 'created';
      // Another call of this step was faster: its value counts, and the test step judges it.
      return 'kept: the version has got a value meanwhile';
    }
    const problem = problemWithNext(kind, values.pending, values.current);
    if (problem === undefined) return 'kept: the version has a value already';
    return this.discard(problem);
  }

  async set(): Promise<string> {
    const { version, kind } = this;
    if (kind.introduce === undefined) return 'nothing to set: consumers take the value from the secret';
    const values = await this.values();
    if (!this.inUse) {
      const problem = problemWithNext(kind, values.pending, values.current);
      if (problem !== undefined) throw new RotationRefusal(`version ${version}: ${problem}`);
    }
    const problem = await kind.introduce(values);
    if (problem !== undefined) return this.discard(problem);
    return 'the value works beside the one in use';
  }

  /** Reads the value back and uses it. */
  async test(): Promise<void> {
    const { pending, current } = await this.values();
    const next = this.inUse ? current : pending;
    const problem =
      problemWithNext(this.kind, next, this.inUse ? undefined : current) ?? (await this.kind.tryOut?.(next as string));
    if (problem !== undefined) throw new RotationRefusal(`version ${this.version}: ${problem}`);
  }

  async finish(): Promise<string> {
    const { version, store, kind } = this;
    // Consumers must never be left without a valid value, whatever happened since the test.
    if (!this.inUse) await this.test();
    const moves = [...movesToFinish(version, this.state.stages)];
    for (const move of moves) await store.move(move);

    // Only what is surely replaced stops working: the labels are asked for again.
    const after = await store.describe();
    if (holderOf(CURRENT, after.stages) !== version) return 'left to the rotation that came after';
    const burial = movesToBury(after.stages);
    if (kind.retire !== undefined) {
      const current = await store.read({ label: CURRENT });
      // A rotation that has begun meanwhile has introduced a value already, perhaps.
      const pending = await store.read({ label: PENDING });
      const previous = burial.length > 0 ? undefined : await store.read({ label: PREVIOUS });
      await kind.retire({ current, previous, pending });
    }
    for (const move of burial) await store.move(move);
    return told([...moves, ...burial]);
  }

  private get isRevoked(): boolean {
    const { stages } = this.state;
    const marked = holderOf(REVOKED, stages);
    return marked !== undefined && marked === holderOf(CURRENT, stages);
  }

  /** A revoked current value counts until another takes its place; what was before it counts no more. */
  private async values(): Promise<Values> {
    const { store, version } = this;
    const current = await store.read({ label: CURRENT });
    const pending = this.inUse ? undefined : await store.read({ version, label: PENDING });
    const previous =
      this.kind.introduce === undefined || this.isRevoked ? undefined : await store.read({ label: PREVIOUS });
    return { current, pending, previous };
  }

  /** A version never changes its value. Left pending, this one would fail its test for ever and block every rotation. */
  private async discard(problem: string): Promise<never> {
    // The very first value is current at once, and may have lost its label to an earlier call.
    const isPending = holderOf(PENDING, this.state.stages) === this.version;
    if (isPending) await this.store.move({ label: PENDING, from: this.version });
    throw new RotationRefusal(`version ${this.version}: ${problem}; discarded, the next rotation makes a new one`);
  }
}

function told(moves: readonly LabelMove[]): string {
  if (moves.length === 0) return 'nothing to do: finished already';
  return moves.map(({ label, to }) => `${label} ${to === undefined ? 'removed' : 'moved'}`).join(', ');
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}
