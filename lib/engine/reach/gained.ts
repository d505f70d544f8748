import type { PolicyText } from '../../model/policy';
import type { Absent } from '../../model/value';
import type { Principal } from '../world/world';
import type { Ability } from './ability';
import type { Actor, Change } from './actor';
import type { Outsider } from './outsider';
import type { Certainty } from './certainty';
import type { Target } from './target';
import type { Technique } from './technique';

/** How something was gained, first: what was gained before it, and the abilities that were used. */
export interface Derivation {
  readonly technique: Technique;
  readonly certainty: Certainty;
  readonly premises: readonly Gained[];
  readonly used: readonly Used[];
  readonly target?: Target;
}

/** Who acts: a principal of the templates, or somebody outside of them. */
export type Doer = Actor | Outsider;

export interface Used {
  readonly actor: Doer;
  readonly ability: Ability;
}

/** Something that was gained. */
export interface Gained extends Derivation {
  readonly what:
    | { readonly kind: 'principal'; readonly principal: Principal }
    | { readonly kind: 'created'; readonly principal: Principal }
    | { readonly kind: 'change'; readonly principal: Principal; readonly change: Change }
    | { readonly kind: 'group'; readonly group: Target }
    | { readonly kind: 'admin'; readonly principal: Principal }
    | { readonly kind: 'resource'; readonly target: Target; readonly power: 'use' | 'read' | 'disable' }
    | { readonly kind: 'policy'; readonly target: Target }
    | {
        readonly kind: 'tag';
        readonly target: Target;
        readonly name: string;
        readonly value?: PolicyText | Absent;
      }
    | { readonly kind: 'external'; readonly name: string; readonly target?: Target };
}
