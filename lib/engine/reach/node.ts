import type { Ability } from './ability';
import type { Doer, Gained } from './gained';

/** An actor under control, and what it took to get it. */
export interface Node {
  readonly actor: Doer;
  readonly premises: readonly Gained[];
}

/** A need of a technique that somebody under control meets. */
export interface Taken {
  readonly node: Node;
  readonly ability: Ability;
}
