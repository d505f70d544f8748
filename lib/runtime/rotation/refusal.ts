/**
 * A step that is not done, because it would be wrong or is not known to be right. Secrets Manager tries the rotation
 * again; the value in use stays as it is. The message holds ids only, never a value.
 */
export class RotationRefusal extends Error {
  public override readonly name = 'RotationRefusal';
}
