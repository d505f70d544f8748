import { unknown } from '../model/value';
import type { Value } from '../model/value';
import type { Assumptions } from './choices';
import { givenAll } from './choices';
import type { Memo, Scope } from './scope';

const MAX_DEPTH = 120;
/** How many nodes of the source one property or output may take, branches counted each. */
const MAX_NODES = 250_000;

const NOTHING: Assumptions = new Map();

/** How a node of a template becomes a value. Given from outside, since functions nest in each other. */
export type Evaluate = (raw: unknown, at: Evaluation) => Value;

/** Where a value is being resolved: in which template, under which conditions, with how much budget left. */
export class Evaluation {
  private constructor(
    readonly scope: Scope,
    private readonly evaluate: Evaluate,
    readonly assumed: Assumptions,
    private readonly spent: { nodes: number; depth: number },
    readonly touched: Set<string>,
  ) {}

  static start(scope: Scope, evaluate: Evaluate, assumed: Assumptions = NOTHING): Evaluation {
    return new Evaluation(scope, evaluate, assumed, { nodes: 0, depth: 0 }, new Set());
  }

  resolve(raw: unknown): Value {
    const { spent } = this;
    spent.nodes += 1;
    if (spent.nodes > MAX_NODES) return unknown('budget', 'a very large value');
    if (spent.depth > MAX_DEPTH) return unknown('budget', 'a value nested very deeply');
    spent.depth += 1;
    const value = this.evaluate(raw, this);
    spent.depth -= 1;
    return value;
  }

  /** The same place where a condition is decided. */
  under(condition: string, holds: boolean): Evaluation {
    const assumed = new Map(this.assumed).set(condition, holds);
    return new Evaluation(this.scope, this.evaluate, assumed, this.spent, this.touched);
  }

  /** Notes that the value names a resource, be it that only a literal name is left of it. */
  touch(key: string): void {
    this.touched.add(key);
  }

  /** A value computed once for its template, whatever asks for it. */
  memo(scope: Scope, key: string, compute: (at: Evaluation) => Value, whenCyclic: () => Value): Value {
    const found: Memo = scope.once(
      key,
      () => {
        const fresh = Evaluation.start(scope, this.evaluate);
        const value = compute(fresh);
        return { value, touched: fresh.touched };
      },
      whenCyclic,
    );
    if (found.touched.size > 0) for (const each of found.touched) this.touched.add(each);
    return this.assumed.size === 0 ? found.value : givenAll(found.value, this.assumed);
  }
}
