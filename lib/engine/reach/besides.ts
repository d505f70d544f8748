import { unknown } from '../../model/value';
import type { Principal } from '../world/world';
import type { Grant } from './ability';
import { inCommon, inPartitionOf, somethingOf } from './any-arn';
import { best } from './best-grant';
import { clusterOf } from './compute';
import type { Questions } from './questions';
import type { Scope } from './scope';
import type { Target } from './target';
import type { Ask, Besides } from './technique';

/** Permissions on what a call is about besides its target. */
export class BesideTarget {
  constructor(
    private readonly principal: Principal,
    private readonly scope: Scope,
    private readonly questions: Questions,
  ) {}

  besides(ask: Ask, { arns, orElse }: Besides): Grant | undefined {
    const found = best(arns.map((each) => () => this.onSome(ask, each)));
    if (found?.decision.must === true || orElse === undefined) return found;
    const { on, doubt } = orElse;
    const other = on === undefined ? NOTHING_NEEDED : this.onSome(ask, on);
    return found ?? (other === undefined ? undefined : { ...other, doubt: unknown('attribute', doubt) });
  }

  /**
   * The permission on something of a form: certain with one ARN of those that a statement and the form have in common,
   * of which wildcards stay within their part.
   */
  private onSome(ask: Ask, form: string): Grant | undefined {
    const [action] = ask.actions;
    const arns = this.scope.patternsOf(ask).slice(0, MOST_PATTERNS);
    const common = arns
      .map((each) => inCommon(inPartitionOf(this.principal, form), each))
      .filter(({ kind }) => kind !== 'none');
    if (common.length === 0) return undefined;
    const resource = /[/:]\?\*$/.test(form) ? '*' : inPartitionOf(this.principal, form);
    for (const each of common) {
      const grant = each.kind === 'found' ? this.questions.ask(action, each.text, {}) : undefined;
      if (grant?.decision.must === true) return { ...grant, resource };
    }
    const wide = best(
      somethingOf(inPartitionOf(this.principal, form)).map((each) => () => this.questions.ask(action, each, {})),
    );
    if (wide === undefined) return undefined;
    return { ...wide, resource, doubt: unknown('attribute', `which resources of the form ${form} it may name`) };
  }

  onCluster(action: string, target: Target | undefined): Grant | undefined {
    const resource = target?.resource;
    const cluster = resource === undefined ? undefined : clusterOf(resource);
    if (cluster !== undefined) return this.questions.ask(action, cluster, {});
    const found = best(
      somethingOf(inPartitionOf(this.principal, 'arn:*:ecs:*:*:cluster/?*')).map(
        (each) => () => this.questions.ask(action, each, {}),
      ),
    );
    return found === undefined
      ? undefined
      : { ...found, doubt: unknown('attribute', `the cluster of ${resource?.logicalId ?? 'the service'}`) };
  }
}

const MOST_PATTERNS = 64;
const NOTHING_NEEDED: Grant = {
  action: '',
  resource: '*',
  decision: { may: true, must: true, unconditional: true, allows: [], denies: [], conditions: [], unknowns: [] },
};
