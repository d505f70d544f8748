import type { Statement } from '../../model/policy';
import type { Unknown } from '../../model/value';
import type { Principal } from '../world/world';
import type { RelevantActions } from './relevant-actions';
import type { TagReaders } from './tags';
import type { Target } from './target';
import type { TargetIndex } from './target-index';
import type { TargetKind, Technique } from './technique';

/** The Allows that may apply to an action; of a boundary where it can be read in full. */
export type Grants = ReadonlyMap<string, readonly Statement[]>;

/** What is known of the world, whoever asks. */
export interface Ground {
  readonly relevant: RelevantActions;
  /** The keys of resources that admit a principal, or may, by their own policies. */
  admitted(principal: Principal, action: string): readonly string[];
  admittedActions(principal: Principal): Iterable<string>;
  index(kind: TargetKind): TargetIndex;
  target(kind: TargetKind, id: string): Target | undefined;
  doubts(technique: Technique, target: Target | undefined): readonly Unknown[] | undefined;
  servicesOf(technique: Technique, role: Principal): readonly string[];
  readonly tags: TagReaders;
}
