import type { PolicyText } from '../../model/policy';
import { canonical } from '../match/symbolic';
import { TargetIndex } from '../reach/target-index';
import type { World } from '../world/world';
import type { DutyTarget } from './kinds';

/** Where the names of what is not known begin in a canonical text. */
const HOLE = '\u0001';

/**
 * The endpoints that a pattern may name. Most patterns name one API and begin with a literal stage, verb and path: they
 * are compared with the endpoints of that API, by how both begin. Errs on more, as `TargetIndex` does.
 */
export class EndpointIndex {
  private readonly whole: TargetIndex;
  /** By the canonical beginning of the ARN, up to the stage: what follows it, of each endpoint. */
  private readonly byApi = new Map<string, { readonly rest: string; readonly target: DutyTarget }[]>();
  private readonly lengths: readonly number[];

  constructor(
    readonly targets: readonly DutyTarget[],
    { apis }: World,
  ) {
    this.whole = new TargetIndex(targets);
    for (const target of targets) {
      const api = apis.get(target.guardedBy);
      if (api === undefined) continue;
      const prefix = canonical(api.arnPrefix);
      const list = this.byApi.get(prefix) ?? [];
      list.push({ rest: canonical(target.arn).slice(prefix.length), target });
      this.byApi.set(prefix, list);
    }
    this.lengths = [...new Set([...this.byApi.keys()].map(({ length }) => length))];
  }

  matching(pattern: PolicyText): readonly DutyTarget[] {
    const form = canonical(pattern);
    for (const length of this.lengths) {
      const endpoints = form.charAt(length) === '/' ? this.byApi.get(form.slice(0, length)) : undefined;
      if (endpoints === undefined) continue;
      const [begin] = form.slice(length).split(/[*?\u0001]/, 1);
      return endpoints.filter(({ rest }) => mayBegin(rest, begin)).map(({ target }) => target);
    }
    return this.whole.matching(pattern) as readonly DutyTarget[];
  }
}

/** A hole may be filled with anything. */
function mayBegin(rest: string, begin: string): boolean {
  const hole = rest.indexOf(HOLE);
  return hole === -1 ? rest.startsWith(begin) : rest.slice(0, hole).startsWith(begin.slice(0, hole));
}
