import { RotationRefusal } from './refusal';

/** Fewer bytes could be guessed; a wrong setting must not make a weak token. */
const MIN_BYTES = 16;

/** The entropy of a token in bytes, from the function's environment. @throws RotationRefusal below 16 bytes. */
export function tokenBytes(setting: string | undefined): number {
  const bytes = Number(setting);
  if (Number.isInteger(bytes) && bytes >= MIN_BYTES) return bytes;
  throw new RotationRefusal(`TOKEN_BYTES must be a whole number of at least ${MIN_BYTES}`);
}
