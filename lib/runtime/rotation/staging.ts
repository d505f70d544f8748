/** Which staging labels each version carries. */
export type Stages = Readonly<Record<string, readonly string[]>>;

export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
export const PREVIOUS = 'AWSPREVIOUS';
/** A label of our own, on a value that must not outlive the rotation which replaces it. */
export const REVOKED = 'REVOKED';

/** What Secrets Manager says of the secret, without its value. */
export interface SecretState {
  readonly rotationEnabled: boolean;
  readonly stages: Stages;
  /** What the secret carries as the tag of its end. */
  readonly expiresOn?: string;
}

/**
 * How the version of a rotation stands. `pending`: to be worked on. `current`: it is in use already, an earlier call
 * got that far. `refused`: not a version that this rotation may touch.
 */
export type Standing =
  | { readonly is: 'pending' }
  | { readonly is: 'current' }
  | { readonly is: 'refused'; readonly why: string };

export function standingOf(version: string, { rotationEnabled, stages }: SecretState): Standing {
  if (!rotationEnabled) return refused('rotation is not enabled for the secret');
  const labels = Object.hasOwn(stages, version) ? stages[version] : undefined;
  if (labels === undefined) return refused('the secret has no such version');
  if (labels.includes(CURRENT)) return { is: 'current' };
  if (labels.includes(PENDING)) return { is: 'pending' };
  const other = holderOf(PENDING, stages);
  return refused(
    other === undefined
      ? 'the version is not staged as AWSPENDING'
      : `the version is not staged as AWSPENDING, version ${other} is`,
  );
}

/** A change of one label. */
export interface LabelMove {
  readonly label: string;
  readonly from?: string;
  readonly to?: string;
}

/**
 * The label changes that end a rotation, in this order: the version becomes AWSCURRENT, then loses AWSPENDING, which
 * on any version but the current one would block the next rotation. What is done already is left out, so that the
 * rest can be repeated. AWSPENDING of another version belongs to another rotation and stays.
 */
export function movesToFinish(version: string, stages: Stages): readonly LabelMove[] {
  const moves: LabelMove[] = [];
  const current = holderOf(CURRENT, stages);
  if (current !== version) {
    // The first rotation of a new secret finds no current version.
    moves.push({ label: CURRENT, to: version, ...(current === undefined ? {} : { from: current }) });
  }
  if (holderOf(PENDING, stages) === version) moves.push({ label: PENDING, from: version });
  return moves;
}

/**
 * The label changes that begin a revocation: a rotation that is under way is called off, since it may have been made of
 * what is revoked, and the current version is marked.
 */
export function movesToRevoke(stages: Stages): readonly LabelMove[] {
  const current = holderOf(CURRENT, stages);
  const pending = holderOf(PENDING, stages);
  const marked = holderOf(REVOKED, stages);
  const moves: LabelMove[] = [];
  if (current !== undefined && marked !== current) {
    moves.push({ label: REVOKED, to: current, ...(marked === undefined ? {} : { from: marked }) });
  }
  if (pending !== undefined && pending !== current) moves.push({ label: PENDING, from: pending });
  return moves;
}

/** The label changes that bury a revoked value once another is current: nobody reads it by a label any more. */
export function movesToBury(stages: Stages): readonly LabelMove[] {
  const marked = holderOf(REVOKED, stages);
  if (marked === undefined || marked === holderOf(CURRENT, stages)) return [];
  const previous: readonly LabelMove[] =
    holderOf(PREVIOUS, stages) === marked ? [{ label: PREVIOUS, from: marked }] : [];
  return [...previous, { label: REVOKED, from: marked }];
}

/** The version that carries a label. */
export function holderOf(label: string, stages: Stages): string | undefined {
  return Object.entries(stages).find(([, labels]) => labels.includes(label))?.[0];
}

function refused(why: string): Standing {
  return { is: 'refused', why };
}
