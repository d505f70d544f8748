import type { MatrixProblem } from './matrix';
import { parseSuffix } from './request-classes';
import type { RequestClass, SuffixPattern } from './request-classes';

type Layer = 'allow' | 'deny' | 'boundary' | 'guard' | 'guardAtMost' | 'admitted';

/** The patterns in use, and for each layer the roles that it stands for. */
export class PatternTable {
  readonly patterns: SuffixPattern[] = [];
  readonly problems: MatrixProblem[] = [];
  private readonly places = new Map<string, number>();
  private readonly layers: Record<Layer, Map<number, bigint>> = {
    allow: new Map(),
    deny: new Map(),
    boundary: new Map(),
    guard: new Map(),
    guardAtMost: new Map(),
    admitted: new Map(),
  };

  constructor(private readonly stage: string) {}

  place(pattern: string): number {
    const known = this.places.get(pattern);
    if (known !== undefined) return known;
    const parsed = parseSuffix(pattern);
    if (parsed === undefined || (parsed.parts !== undefined && parsed.parts.stage !== this.stage)) {
      this.problems.push({
        code: 'pattern',
        what: `the pattern \`${pattern}\` cannot be checked`,
        mend: `use \`*\` alone, or \`${this.stage}/GET/orders/*\` where each \`*\` is a whole segment of the path`,
      });
    }
    this.places.set(pattern, this.patterns.length);
    return this.patterns.push(parsed ?? {}) - 1;
  }

  add(layer: Layer, pattern: string, roles: bigint): void {
    const place = this.place(pattern);
    this.layers[layer].set(place, (this.layers[layer].get(place) ?? 0n) | roles);
  }

  /** The roles for which a layer matches the requests of a class. */
  union(layer: Layer, { patterns }: RequestClass): bigint {
    return patterns.reduce((set, pattern) => set | (this.layers[layer].get(pattern) ?? 0n), 0n);
  }
}
