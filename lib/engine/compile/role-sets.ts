/** Sets of the roles of a matrix as bits: unions over thousands of patterns stay cheap. */
export class RoleSets {
  readonly names: readonly string[];
  readonly everyone: bigint;
  private readonly bits: ReadonlyMap<string, bigint>;

  constructor(names: Iterable<string>) {
    this.names = [...new Set(names)];
    this.bits = new Map(this.names.map((name, index) => [name, 1n << BigInt(index)]));
    this.everyone = (1n << BigInt(this.names.length)) - 1n;
  }

  /** Names that are no roles of the matrix are left out. */
  of(names: Iterable<string>): bigint {
    let set = 0n;
    for (const name of names) set |= this.bits.get(name) ?? 0n;
    return set;
  }

  namesIn(set: bigint): readonly string[] {
    return set === 0n ? [] : this.names.filter((_, index) => (set >> BigInt(index)) & 1n);
  }
}

/** What is in the first and not in the second. */
export function without(set: bigint, other: bigint): bigint {
  return set & ~other;
}
