import type { Ability } from './ability';
import type { Target } from './target';
import type { Technique } from './technique';

/** No number: what comes of it depends on who else is under control, or on who acts. */
const NONE = -1;
/** What comes of these depends on who acts. */
const PERSONAL: ReadonlySet<Technique['gain']> = new Set(['administer', 'attach-policy']);

/**
 * A number for what comes of an ability alone: its technique on its target. Where many principals have the same rights on
 * the same resources, a closure goes through all of theirs, and only the first of each number gains anything.
 */
export class Outcomes {
  private readonly numbers = new Map<Technique, Map<Target | undefined, number>>();
  private next = 0;

  of(abilities: readonly Ability[]): Int32Array {
    return Int32Array.from(abilities, (each) => this.numberOf(each));
  }

  private numberOf({ technique, target, tags }: Ability): number {
    if (technique.needs.length > 1 || tags !== undefined || PERSONAL.has(technique.gain)) return NONE;
    let known = this.numbers.get(technique);
    if (known === undefined) this.numbers.set(technique, (known = new Map()));
    let found = known.get(target);
    if (found === undefined) known.set(target, (found = this.next++));
    return found;
  }
}

/** The outcomes that were met: a byte for each. */
export class Met {
  private bytes = new Uint8Array(1024);

  /** Whether it is the first time; of what has no number, always. */
  isFirst(outcome: number): boolean {
    if (outcome === NONE) return true;
    if (outcome >= this.bytes.length) {
      const grown = new Uint8Array(Math.max(outcome + 1, 2 * this.bytes.length));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    if (this.bytes[outcome] === 1) return false;
    this.bytes[outcome] = 1;
    return true;
  }
}
