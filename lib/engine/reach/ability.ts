import type { PolicyText } from '../../model/policy';
import type { Unknown } from '../../model/value';
import type { Decision } from '../decide/decision';
import type { Certainty } from './certainty';
import type { TagNeed } from './tags';
import type { Target } from './target';
import type { Technique } from './technique';

/** A permission in use: what was asked and what was decided. */
export interface Grant {
  readonly action: string;
  readonly resource: PolicyText;
  readonly decision: Decision;
  /** The service to which a role is passed. */
  readonly service?: string;
  /** The managed policy that is attached. */
  readonly attaches?: string;
  /** Why it may not do all that is needed. */
  readonly doubt?: Unknown;
  /** Set where it is one only after these tags were written. */
  readonly tags?: readonly TagNeed[];
}

/** One need of a technique that an actor meets. */
export interface Ability {
  readonly technique: Technique;
  /** The place of the need among those of the technique. */
  readonly need: number;
  /** Absent where the need says nothing of the target. */
  readonly target?: Target;
  readonly certainty: Certainty;
  readonly grants: readonly Grant[];
  /** What somebody under control must have written first. */
  readonly tags?: readonly TagNeed[];
  /** Where `possible`: why. */
  readonly unknowns: readonly Unknown[];
}
