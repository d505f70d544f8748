import type { Entry } from './entry';

/** What an owner is told. INVARIANT: nothing of a value. */
export interface OwnersMessage {
  readonly owner: string;
  readonly subject: string;
  readonly text: string;
}

/** How long a secret can be restored. */
export const RECOVERY_DAYS = 30;

export function endNear(entry: Entry, days: number): OwnersMessage {
  return message(
    entry,
    `A credential ends in ${days} days`,
    `ends after ${entry.expiresOn}. Give it a new end where it is still needed, or remove it from the app, which ends it. It stops working the day after, and is deleted ${RECOVERY_DAYS} days later.`,
  );
}

export function late(entry: Entry): OwnersMessage {
  return message(
    entry,
    'A credential has not rotated',
    `should have rotated by ${entry.nextRotation}, and has not. See the log of its rotation function.`,
  );
}

export function ended(entry: Entry): OwnersMessage {
  return message(
    entry,
    'A credential has ended',
    `has ended: its last day was ${entry.expiresOn}. Within ${RECOVERY_DAYS} days its secret can be brought back with \`aws secretsmanager restore-secret --secret-id ${entry.credential}\` and a new end, and has to rotate; then it is deleted.`,
  );
}

export function cannotEnd(entry: Entry, isOutOfReach: boolean): OwnersMessage {
  return message(
    entry,
    'A credential is past its end and may still work',
    `is past its end, ${entry.expiresOn}. ${
      isOutOfReach
        ? `Its secret cannot be read any more, but its rotation function (${entry.rotatedBy ?? 'not known'}) could not make its values stop working`
        : 'Its secret has not the tags of a credential, and could not be deleted'
    }. This is tried again every day.`,
  );
}

export function wrong(entry: Entry, what: string): OwnersMessage {
  return message(entry, 'A credential is not as it was declared', `${what}. See CloudTrail for who did that.`);
}

function message({ path, purpose, owner = '', credential }: Entry, subject: string, text: string): OwnersMessage {
  return { owner, subject, text: `The credential ${path ?? credential} (${purpose ?? 'of no known purpose'}) ${text}` };
}
