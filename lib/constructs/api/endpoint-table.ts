import type { IConstruct } from 'constructs';
import { problemOfPair } from '../../engine/compile/check-matrix';
import { misuse } from '../../private/errors';
import type { EndpointName } from './endpoint-name';

/** The endpoints of an API so far: no two are the same, and API Gateway takes their paths side by side. */
export class EndpointTable {
  private readonly names = new Map<string, EndpointName>();
  /** The parameter below a path: there can be one only. */
  private readonly parameters = new Map<string, string>();

  constructor(private readonly at: IConstruct) {}

  /**
   * @throws BH1004 for a duplicate, BH1007 where two endpoints name the same parameter differently, BH1013 where both match
   * a request and neither is the more literal
   */
  public add({ method, path }: EndpointName): void {
    const name = `${method} ${path}`;
    if (this.names.has(name)) {
      throw misuse(this.at, {
        code: 'BH1004',
        what: `endpoint \`${name}\` is declared twice`,
        why: 'nobody could tell whose callers count',
        mend: 'declare it once, with all of its callers',
      });
    }
    let parent = '';
    for (const segment of path.split('/').slice(1)) {
      const known = this.parameters.get(parent);
      if (segment.startsWith('{') && known !== undefined && known !== segment) {
        throw this.twoNames(name, segment, known);
      }
      if (segment.startsWith('{')) this.parameters.set(parent, segment);
      parent += `/${segment}`;
    }
    for (const other of this.names.values()) {
      const problem = problemOfPair(other, { method, path });
      if (problem !== undefined) throw misuse(this.at, { ...problem, code: 'BH1013' });
    }
    this.names.set(name, { method, path });
  }
  private twoNames(name: string, segment: string, known: string): Error {
    const renamed = name.replace(segment, known);
    const isGreedy = segment.endsWith('+}') || known.endsWith('+}');
    const [why, mend] = isGreedy
      ? [
          'API Gateway takes one parameter at one place of a path',
          `declare the paths below one by one, with \`${segment.replace('+', '')}\` in place of the greedy segment, or leave one of the two out`,
        ]
      : this.names.has(renamed)
        ? [
            `that is the endpoint \`${renamed}\` once more`,
            `list all callers of both at \`${renamed}\`, or give one of them another path`,
          ]
        : ['one place of a path has one name, and a REST API takes no second', `name it \`${known}\` in both`];
    return misuse(this.at, {
      code: 'BH1007',
      what: `endpoint \`${name}\` has \`${segment}\` where another endpoint has \`${known}\``,
      why,
      mend,
    });
  }
}
