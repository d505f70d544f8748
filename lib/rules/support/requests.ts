import { contains, intersects, patternOf, templatePattern } from '../../engine/match/pattern';
import type { Pattern } from '../../engine/match/pattern';
import type { Text } from '../../model/value';

/** A set of requests of one API, `/prod/GET/orders/<id>`. Its pattern is read only where the text does not decide. */
export class Requests {
  /** What an IAM pattern matches. */
  static matching(pattern: string | Text): Requests {
    const [first] = typeof pattern === 'string' ? [pattern] : pattern.parts;
    const prefix = typeof first === 'string' ? first.replace(/[*?$].*$/s, '') : '';
    return new Requests(prefix, typeof pattern === 'string' ? pattern : undefined, () => patternOf(pattern));
  }

  /** What an endpoint serves. Where its path is not known: whatever its verb is called with. */
  static ofEndpoint(stage: string, verb: string, path: string | undefined): Requests {
    const matchedBy = widest(stage, verb, path);
    if (path === undefined) return Requests.matching(matchedBy);
    return new Requests(matchedBy.replace(/\*.*$/s, ''), matchedBy, () => ({
      tokens: [...patternOf(`/${stage}/${anyVerb(verb)}`).tokens, ...templatePattern(path).tokens],
      segments: 0,
    }));
  }

  private read?: Pattern;

  /**
   * @param prefix the text that each of them begins with
   * @param matchedBy a pattern of IAM that matches all of them
   */
  private constructor(
    private readonly prefix: string,
    private readonly matchedBy: string | undefined,
    private readonly make: () => Pattern,
  ) {}

  /** Whether others are all among them, for sure. */
  covers(others: Requests): boolean {
    if (this.matchedBy !== undefined && this.matchedBy === others.matchedBy) return true;
    return !this.isOne && this.mayMeet(others) && contains(this.pattern, others.pattern);
  }

  /** Whether some of others may be among them. */
  overlaps(others: Requests): boolean {
    return this.mayMeet(others) && intersects(this.pattern, others.pattern);
  }

  /** Quick: where it is false, they have nothing in common. */
  private mayMeet(others: Requests): boolean {
    if (this.prefix === others.prefix) return true;
    return this.prefix.length > others.prefix.length
      ? !others.isOne && this.prefix.startsWith(others.prefix)
      : !this.isOne && others.prefix.startsWith(this.prefix);
  }

  /** Whether it is one request: no wildcard, no hole. */
  private get isOne(): boolean {
    return this.prefix === this.matchedBy;
  }

  private get pattern(): Pattern {
    this.read ??= this.make();
    return this.read;
  }
}

/** The narrowest pattern of IAM that matches the requests of an endpoint: `/prod/GET/orders/*`. */
export function widest(stage: string, verb: string, path: string | undefined): string {
  return `/${stage}/${anyVerb(verb)}${path?.replaceAll(/\{[^}]*\}/g, '*') ?? '/*'}`;
}

function anyVerb(verb: string): string {
  return verb === 'ANY' ? '*' : verb;
}
