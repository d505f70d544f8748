import { RotationRefusal } from './refusal';

/** The four steps, in the order in which Secrets Manager calls them. */
export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
export type Step = (typeof STEPS)[number];

/** What Secrets Manager asks for. */
export interface RotationEvent {
  readonly step: Step;
  /** The ARN of the secret. */
  readonly secretId: string;
  /** The version that the rotation makes: Secrets Manager calls it `ClientRequestToken`. */
  readonly version: string;
}

/** @throws RotationRefusal where the event is not one of a rotation; the event itself is not repeated in the message. */
export function parseRotationEvent(event: unknown): RotationEvent {
  const { Step, SecretId, ClientRequestToken } = (event ?? {}) as Record<string, unknown>;
  const step = STEPS.find((each) => each === Step);
  if (step === undefined) throw new RotationRefusal(`the event has no known \`Step\`; expected ${STEPS.join(', ')}`);
  if (typeof SecretId !== 'string' || SecretId === '') throw new RotationRefusal('the event has no `SecretId`');
  if (typeof ClientRequestToken !== 'string' || ClientRequestToken === '') {
    throw new RotationRefusal('the event has no `ClientRequestToken`');
  }
  return { step, secretId: SecretId, version: ClientRequestToken };
}
