import type { PolicyDocument } from '../../model/policy';
import { parsePolicy } from '../parse/policy-document';
import type { Principal, SourcedPolicy } from '../world/world';
import type { RelevantActions } from './relevant-actions';

/**
 * A change to a principal that somebody can make. `written`: a policy that allows everything was added. `unbounded`:
 * its boundary was taken away. `freed:1`: its policy with this position was taken off. `joined:key`: it has what
 * the group with this key has. `attached:id`: this managed policy was attached. `left:key`: it has that no more. `bounded:id`: this boundary was put in the place of
 * its own.
 */
export type Change =
  | 'written'
  | 'unbounded'
  | `freed:${number}`
  | `joined:${string}`
  | `attached:${string}`
  | `left:${string}`
  | `bounded:${string}`;

/** A principal with the changes that were made to it. */
export interface Actor {
  /** As in the templates. */
  readonly base: Principal;
  readonly changes: readonly Change[];
  /** As IAM sees it after the changes, as far as the actions of techniques are concerned; without the Denies of `loose`. */
  readonly principal: Principal;
  /** The policies that it may have or not, as it likes, those together that come and go together: `lifted.ts`. */
  readonly loose: readonly Loose[];
}

/** By place in the policies of an actor: the policies as they are where it has them. */
export type Loose = ReadonlyMap<number, SourcedPolicy>;

const JOINED = 'joined:';
const ATTACHED = 'attached:';
const EMPTY = (): PolicyDocument => ({ statements: [], unknowns: [] });

const ALLOW_ALL = parsePolicy({
  Statement: [{ Sid: 'WrittenByTheAttacker', Effect: 'Allow', Action: '*', Resource: '*' }],
});

/** Whether a change takes one policy of a principal away. */
export function isTaken({ group }: SourcedPolicy, index: number, change: Change): boolean {
  return change === `freed:${index}` || (group !== undefined && change === `left:${group}`);
}

/** Makes actors, the same one for the same changes. */
export class Actors {
  private readonly bases = new Map<Principal, Actor>();
  private readonly changed = new Map<string, Actor>();
  private readonly wholes = new Map<string, Principal>();

  constructor(
    private readonly policiesOfGroup: (key: string) => readonly SourcedPolicy[],
    private readonly attachableBy: (id: string) => SourcedPolicy | undefined,
    private readonly boundaryBy: (id: string) => SourcedPolicy | undefined,
    private readonly relevant: RelevantActions,
  ) {}

  of(base: Principal, changes: Iterable<Change> = []): Actor {
    const sorted = [...changes].sort();
    if (sorted.length === 0) {
      let known = this.bases.get(base);
      if (known === undefined) this.bases.set(base, (known = this.make(base, [])));
      return known;
    }
    const id = [base.key, ...sorted].join('\u0000');
    let known = this.changed.get(id);
    if (known === undefined) this.changed.set(id, (known = this.make(base, sorted)));
    return known;
  }

  /**
   * A principal with changes, whatever it is asked about. A policy of which the Denies are lifted is gone as a whole:
   * who takes it off has nothing of what it allowed.
   */
  whole(base: Principal, changes: Iterable<Change>): Principal {
    const sorted = [...changes].sort();
    if (sorted.length === 0) return base;
    const id = [base.key, ...sorted].join('\u0000');
    let known = this.wholes.get(id);
    if (known === undefined) {
      const own = base.policies.map((each, index) =>
        sorted.some((change) => isTaken(each, index, change)) ? { ...each, document: EMPTY() } : each,
      );
      const policies = [...own, ...sorted.flatMap((each) => this.broughtBy(each))];
      this.wholes.set(id, (known = this.bounded(base, sorted, policies)));
    }
    return known;
  }

  /** The policies that come with a change: of a group, as they are those of its members, or the one attached. */
  policiesOf(change: Change): readonly SourcedPolicy[] {
    if (change.startsWith(JOINED)) return this.policiesOfGroup(change.slice(JOINED.length));
    const attached = change.startsWith(ATTACHED) ? this.attachableBy(change.slice(ATTACHED.length)) : undefined;
    return attached === undefined ? [] : [attached];
  }

  /** Whether it is known what comes with a change. */
  isKnown(change: Change): boolean {
    return this.policiesOf(change).every(({ document }) => document.unknowns.length === 0);
  }

  private broughtBy(change: Change): readonly SourcedPolicy[] {
    return change === 'written'
      ? [{ layer: 'identity', document: ALLOW_ALL, place: 'a policy written by the attacker' }]
      : this.policiesOf(change);
  }

  private make(base: Principal, changes: readonly Change[]): Actor {
    const loose = new Map<Change, Map<number, SourcedPolicy>>();
    const policies: SourcedPolicy[] = [];
    const add = (policy: SourcedPolicy, by: Change | undefined): void => {
      const slim = this.slim(policy);
      const isLoose = by !== undefined && slim.document.statements.some(({ effect }) => effect === 'Deny');
      if (isLoose) loose.set(by, (loose.get(by) ?? new Map<number, SourcedPolicy>()).set(policies.length, slim));
      policies.push(isLoose ? { ...slim, document: withoutDenies(slim.document) } : slim);
    };
    // By itself sooner than with all of its group.
    base.policies.forEach((each, index) =>
      add(
        each,
        changes.find((change) => isTaken(each, index, change)),
      ),
    );
    for (const change of changes) for (const each of this.broughtBy(change)) add(each, change);
    const { boundary, ...rest } = this.bounded(base, changes, policies);
    const principal: Principal = {
      ...rest,
      // Those who become it may have written who may assume it.
      mayBeRewritten: true,
      ...(boundary === undefined ? {} : { boundary: this.slim(boundary) }),
    };
    return { base, changes, principal, loose: [...loose.values()] };
  }

  private bounded(base: Principal, changes: readonly Change[], policies: readonly SourcedPolicy[]): Principal {
    const { boundary: own, ...rest } = base;
    const exchanged = changes.find((each) => each.startsWith('bounded:'));
    const boundary = (exchanged === undefined ? undefined : this.boundaryBy(exchanged.slice('bounded:'.length))) ?? own;
    const isBounded = boundary !== undefined && !changes.includes('unbounded');
    return { ...rest, policies, ...(isBounded ? { boundary } : {}) };
  }

  /** Without the statements that say nothing of the actions in question: most of them, in most policies. */
  private slim(policy: SourcedPolicy): SourcedPolicy {
    const { statements, unknowns } = policy.document;
    const left = statements.filter((each) => this.relevant.of(each).length > 0);
    return left.length === statements.length ? policy : { ...policy, document: { statements: left, unknowns } };
  }
}

function withoutDenies(document: PolicyDocument): PolicyDocument {
  return { ...document, statements: document.statements.filter(({ effect }) => effect === 'Allow') };
}
