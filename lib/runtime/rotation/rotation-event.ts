import { RotationRefusal } from './refusal';

/** The four steps, in the order in which Secrets Manager calls them. */
export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
export type Step = (typeof STEPS)[number];

/** What a rotation function is asked for. */
export type RotationEvent = StepEvent | CommandEvent;

/** What Secrets Manager asks for. */
export interface StepEvent {
  readonly step: Step;
  /** The ARN of the secret. */
  readonly secretId: string;
  /** The version that the rotation makes: Secrets Manager calls it `ClientRequestToken`. */
  readonly version: string;
}

/**
 * What an operator or the sweeper asks for, `{"Command":"revoke","SecretId":"…"}`: to make the present values worthless
 * and begin with a new one, or to end the credential.
 */
export interface CommandEvent {
  readonly step: 'revoke' | 'end';
  readonly secretId: string;
}

/** @throws RotationRefusal where the event is none of these; the event itself is not repeated in the message. */
export function parseRotationEvent(event: unknown): RotationEvent {
  const { Step, SecretId, ClientRequestToken, Command } = (event ?? {}) as Record<string, unknown>;
  const step = STEPS.find((each) => each === Step);
  const command = Step === undefined ? (['revoke', 'end'] as const).find((each) => each === Command) : undefined;
  if (step === undefined && command === undefined) {
    throw new RotationRefusal(`the event has no known \`Step\`; expected ${STEPS.join(', ')}`);
  }
  if (typeof SecretId !== 'string' || SecretId === '') throw new RotationRefusal('the event has no `SecretId`');
  if (command !== undefined) return { step: command, secretId: SecretId };
  if (typeof ClientRequestToken !== 'string' || ClientRequestToken === '') {
    throw new RotationRefusal('the event has no `ClientRequestToken`');
  }
  return { step: step as Step, secretId: SecretId, version: ClientRequestToken };
}
