import type { PolicyText } from '../../model/policy';
import type { Pattern } from '../match/pattern';
import type { Resource } from '../../model/snapshot';
import type { Unknown } from '../../model/value';
import type { AttachablePolicy } from './attachable';
import type { NamedBoundary } from './boundaries';
import type { Principal } from '../world/world';

/** Something that a technique works on. */
export interface Target {
  /** Unique among targets of its kind: the key of its resource, mostly. */
  readonly id: string;
  /** In the user's words. */
  readonly name: string;
  readonly arn: PolicyText;
  /** Where `arn` says too little: a pattern that meets none of these does not mean it. */
  readonly names?: readonly Pattern[];
  readonly resource?: Resource;
  /** The principal itself, the roles of a compute, the members of a group, those whom a policy is attached to. */
  readonly principals: readonly Principal[];
  /** Why there may be other roles than in `principals`. */
  readonly unknownRole?: Unknown;
  /** A boundary that principals are made with, or may be given. */
  readonly boundary?: NamedBoundary;
  /** The managed policy that a principal is made with. */
  readonly attaches?: AttachablePolicy;
  /** Of code that something runs: what runs it. */
  readonly runs?: Resource;
}
