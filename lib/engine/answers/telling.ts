import type { Gain } from '../../model/answers';
import type { Gained } from '../reach/gained';
import type { Controlled, ReachOfPrincipal } from '../reach/reach';
import { details } from './named';
import { Permissions } from './permissions';
import type { Permitted } from './permissions';
import { escalationSteps } from './steps';

/** What was told of permissions, so that each is told once, by what is found first. */
export class Telling {
  /** What was not looked at, in words. */
  readonly leftOut: string[] = [];
  private readonly known = new Map<string, boolean>();

  constructor(readonly from: ReachOfPrincipal) {}

  /** It is told elsewhere. */
  knows({ action, resource, decision }: Permitted): void {
    const id = `${action.action.toLowerCase()} ${resource}`;
    this.known.set(id, this.known.get(id) === true || decision.must);
  }

  /** What somebody under control may do once something was gained; only what is new, or surer than before. */
  *gain(
    { premises }: Controlled,
    gained: readonly Gained[],
    permitted: readonly Permitted[],
    doubts: readonly string[] = [],
  ): Generator<Gain> {
    if (permitted.length === 0) return;
    const { from } = this;
    const { certainty, steps, unknowns } = from.way([...premises, ...gained]);
    const open = certainty === 'certain' ? doubts : [...details(unknowns), ...doubts];
    const found = new Permissions();
    for (const each of permitted) if (this.isNew(each, open.length === 0)) found.add(each, open);
    if (found.isEmpty) return;
    yield {
      to: [...new Set(gained.map((each) => from.way([each]).steps.at(-1)?.to ?? ''))].join(', '),
      certainty: open.length === 0 ? 'certain' : 'possible',
      steps: escalationSteps(steps),
      services: found.byService(),
    };
  }

  /** Whether it is not told yet, or not as sure; it is from now on. */
  private isNew(permitted: Permitted, isSure: boolean): boolean {
    const { action, resource, decision } = permitted;
    const id = `${action.action.toLowerCase()} ${resource}`;
    const before = this.known.get(id);
    const now = decision.must && isSure;
    if (before === true || (before === false && !now)) return false;
    this.known.set(id, now);
    return true;
  }
}
