import type { PolicyText, Statement } from '../../model/policy';
import { actionMayMatch, actionMustMatch } from '../match/action-pattern';
import { canonical } from '../match/symbolic';
import { TECHNIQUES } from './techniques';
import { ENTER } from './techniques/assume';

/** Every action that is asked for, each once. */
export const RELEVANT: readonly string[] = [
  ...new Set([
    ...[...TECHNIQUES, ...ENTER].flatMap(({ needs }) =>
      needs.flatMap((need) => need.flatMap(({ actions }) => actions)),
    ),
    // To attach it.
    'iam:CreatePolicy',
  ]),
].sort();

/** Remembers what patterns match; most patterns of an assembly are the same few. */
export class RelevantActions {
  private readonly may = new Map<string, readonly string[]>();
  private readonly must = new Map<string, ReadonlySet<string>>();
  private readonly byService = new Map<string, string[]>();

  /** @param actions those that matter */
  constructor(private readonly actions: readonly string[] = RELEVANT) {
    for (const action of actions) {
      const service = action.split(':')[0].toLowerCase();
      const known = this.byService.get(service);
      if (known === undefined) this.byService.set(service, [action]);
      else known.push(action);
    }
  }

  /** The relevant actions that a statement may apply to. */
  of({ actions }: Statement): readonly string[] {
    if (!actions.negated) {
      if (actions.patterns.length === 1) return this.matched(actions.patterns[0]);
      const found = actions.patterns.map((each) => this.matched(each)).filter((each) => each.length > 0);
      // Most statements are about nothing that matters here.
      return found.length < 2 ? (found[0] ?? []) : [...new Set(found.flat())];
    }
    const excluded = actions.patterns.map((each) => this.excluded(each));
    return this.actions.filter((action) => excluded.every((each) => !each.has(action)));
  }

  private matched(pattern: PolicyText): readonly string[] {
    if (pattern === '*') return this.actions;
    const key = canonical(pattern);
    let found = this.may.get(key);
    if (found === undefined) {
      this.may.set(key, (found = this.candidates(pattern).filter((action) => actionMayMatch(pattern, action))));
    }
    return found;
  }

  private excluded(pattern: PolicyText): ReadonlySet<string> {
    const key = canonical(pattern);
    let found = this.must.get(key);
    if (found === undefined) {
      this.must.set(
        key,
        (found = new Set(this.candidates(pattern).filter((action) => actionMustMatch(pattern, action)))),
      );
    }
    return found;
  }

  private candidates(pattern: PolicyText): readonly string[] {
    if (typeof pattern !== 'string') return this.actions;
    const colon = pattern.indexOf(':');
    const service = pattern.slice(0, colon).toLowerCase();
    if (colon === -1 || /[*?]/.test(service)) return this.actions;
    return this.byService.get(service) ?? [];
  }
}
