import type { PolicyDocument } from '../../model/policy';
import { parsePolicy } from '../parse/policy-document';
import type { Principal, SourcedPolicy } from '../world/world';
import type { RelevantActions } from './relevant-actions';

/**
 * A change to a principal that somebody can make. `written`: a policy that allows everything was added. `unbounded`:
 * its boundary was taken away. `freed:1`: its policy with this position lost its Denies. `joined:key`: it has what
 * the group with this key has. `bounded:id`: this boundary was put in the place of its own.
 */
export type Change = 'written' | 'unbounded' | `freed:${number}` | `joined:${string}` | `bounded:${string}`;

/** A principal with the changes that were made to it. */
export interface Actor {
  /** As in the templates. */
  readonly base: Principal;
  readonly changes: readonly Change[];
  /** As IAM sees it after the changes, as far as the actions of techniques are concerned. */
  readonly principal: Principal;
}

const JOINED = 'joined:';
const EMPTY = (): PolicyDocument => ({ statements: [], unknowns: [] });

const ALLOW_ALL = parsePolicy({
  Statement: [{ Sid: 'WrittenByTheAttacker', Effect: 'Allow', Action: '*', Resource: '*' }],
});

/** Makes actors, the same one for the same changes. */
export class Actors {
  private readonly bases = new Map<Principal, Actor>();
  private readonly changed = new Map<string, Actor>();
  private readonly wholes = new Map<string, Principal>();

  constructor(
    private readonly policiesOfGroup: (key: string) => readonly SourcedPolicy[],
    private readonly boundaryBy: (id: string) => SourcedPolicy | undefined,
    private readonly relevant: RelevantActions,
  ) {}

  of(base: Principal, changes: Iterable<Change> = []): Actor {
    const sorted = [...changes].sort();
    if (sorted.length === 0) {
      let known = this.bases.get(base);
      if (known === undefined) this.bases.set(base, (known = { base, changes: [], principal: this.apply(base, []) }));
      return known;
    }
    const id = [base.key, ...sorted].join('\u0000');
    let known = this.changed.get(id);
    if (known === undefined) {
      known = { base, changes: sorted, principal: this.apply(base, sorted) };
      this.changed.set(id, known);
    }
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
    if (known === undefined) this.wholes.set(id, (known = this.changedBy(base, sorted, EMPTY)));
    return known;
  }

  /** The policies of a group that somebody may join, as they are those of its members. */
  policiesOf(change: Change): readonly SourcedPolicy[] {
    return change.startsWith(JOINED) ? this.policiesOfGroup(change.slice(JOINED.length)) : [];
  }

  private apply(base: Principal, changes: readonly Change[]): Principal {
    const { boundary, ...rest } = this.changedBy(base, changes, withoutDenies);
    return {
      ...rest,
      // Those who become it may have written who may assume it.
      mayBeRewritten: true,
      policies: rest.policies.map((each) => this.slim(each)),
      ...(boundary === undefined ? {} : { boundary: this.slim(boundary) }),
    };
  }

  private changedBy(
    base: Principal,
    changes: readonly Change[],
    freed: (document: PolicyDocument) => PolicyDocument,
  ): Principal {
    let policies = base.policies.map((each, index) =>
      changes.includes(`freed:${index}`) ? { ...each, document: freed(each.document) } : each,
    );
    for (const change of changes) {
      if (change === 'written') {
        policies = [...policies, { layer: 'identity', document: ALLOW_ALL, place: 'a policy written by the attacker' }];
      } else policies = [...policies, ...this.policiesOf(change)];
    }
    const { boundary: own, ...rest } = base;
    const exchanged = changes.find((each) => each.startsWith('bounded:'));
    const boundary = (exchanged === undefined ? undefined : this.boundaryBy(exchanged.slice('bounded:'.length))) ?? own;
    const bounded = boundary !== undefined && !changes.includes('unbounded');
    return { ...rest, policies, ...(bounded ? { boundary } : {}) };
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
