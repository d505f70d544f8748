import type { LifecycleAnswer, LifecycleEvent } from '../cloudformation/lifecycle';
import type { InventoryLine } from '../inventory/inventory-line';
import type { CredentialKind, Values } from './credential-kind';
import { retireAll } from './end';
import { isNamed } from './named-error';
import { RotationRefusal } from './refusal';
import type { SecretStore } from './secret-store';
import { CURRENT, PENDING, PREVIOUS } from './staging';

/** What a credential is entered and removed with. */
export interface RemovalTools {
  /** Read when it is needed: where a setting is wrong, CloudFormation has to hear of it. */
  readonly kind: () => CredentialKind;
  readonly store: () => SecretStore;
  /** Of the secret of the function; throws where it is not known. */
  readonly secretArn: () => string;
  /** `undefined` where the credential is in no inventory. */
  readonly line: () => InventoryLine | undefined;
}

/** Errors of services that say: what the values opened is not there any more. */
const GONE = ['NotFoundException', 'ResourceNotFoundException', 'NoSuchBucket'];

/**
 * Follows a credential through the life of its stack: with its declaration the line of its inventory changes, and with
 * its removal its values stop working wherever they were introduced. It makes no value and tells none.
 *
 * A removal that cannot do so fails, and the stack with it: what was believed to be gone would go on working.
 */
export async function follow(event: LifecycleEvent, tools: RemovalTools): Promise<LifecycleAnswer> {
  const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = LogicalResourceId } = event;
  const same = { StackId, RequestId, LogicalResourceId };
  try {
    const arn = tools.secretArn();
    if (event.RequestType === 'Delete') {
      // A secret whose place another one has taken: what it held is not what the service takes now.
      if (PhysicalResourceId === arn) await remove(tools);
      return { ...same, Status: 'SUCCESS', PhysicalResourceId };
    }
    await tools.line()?.declare(event.RequestType === 'Create');
    return { ...same, Status: 'SUCCESS', PhysicalResourceId: arn };
  } catch (error) {
    return { ...same, Status: 'FAILED', Reason: whyNot(event.RequestType, error), PhysicalResourceId };
  }
}

async function remove(tools: RemovalTools): Promise<void> {
  const kind = tools.kind();
  const work = async (): Promise<void> => {
    if (kind.remove === undefined) await retireAll(kind, true);
    else await kind.remove(await valuesIn(tools.store()));
  };
  try {
    await work();
  } catch (error) {
    if (!isGone(error)) throw error;
    // Something may have gone while it was removed; what is left is asked for again.
    await work().catch((again: unknown) => {
      if (!isGone(again)) throw again;
    });
  }
  // The inventory is a record: the sweeper finds what is left over in it.
  await tools
    .line()
    ?.remove()
    .catch(() => {});
}

async function valuesIn(store: SecretStore): Promise<Values> {
  const [current, pending, previous] = await Promise.all(
    [CURRENT, PENDING, PREVIOUS].map((label) => store.read({ label })),
  );
  return { current, pending, previous };
}

function isGone(error: unknown): boolean {
  return GONE.some((name) => isNamed(error, name));
}

function whyNot(request: LifecycleEvent['RequestType'], error: unknown): string {
  const why = error instanceof RotationRefusal ? error.message : error instanceof Error ? error.name : 'unknown error';
  return request === 'Delete'
    ? `The credential could not be ended (${why}): its values may still work. Mend what keeps its removal function from it, and delete again`
    : `The credential could not be entered into its inventory: ${why}`;
}
