import type { ExceptionEntry } from '../../model/exception';
import { shapeProblems } from './entry-shape';
import type { Problem } from './problem';

/** A register as read. INVARIANT: every entry of the file is an entry here or has a problem. */
export interface Register {
  readonly file: string;
  readonly entries: readonly ExceptionEntry[];
  readonly problems: readonly Problem[];
}

type Yaml = typeof import('../../private/vendor/yaml');
type Member = { readonly value: string | undefined; readonly line: number };

/** Reads a register, in YAML or JSON. Never throws: what cannot be read is a problem. */
export function readRegister(text: string, file: string): Register {
  const yaml = require('../../private/vendor/yaml') as Yaml;
  const lines = new yaml.LineCounter();
  const reader = new Reader(yaml, lines, file);
  try {
    const document = yaml.parseDocument(text, {
      // As of templates: no dates, no numbers of sixty, no merge keys.
      schema: 'core',
      merge: false,
      uniqueKeys: true,
      strict: true,
      prettyErrors: false,
      logLevel: 'error',
      lineCounter: lines,
    });
    const [error] = document.errors;
    if (error === undefined) return { file, ...reader.read(document.contents) };
    const reason = error.code.toLowerCase().replaceAll('_', ' ');
    return damaged(file, lines.linePos(error.pos[0]).line, `found what is no YAML (${reason})`);
  } catch (error) {
    if (error instanceof RangeError) return damaged(file, 1, 'found a file that is nested too deeply');
    throw error;
  }
}

/** A register of which no entry can be trusted. */
export function damaged(file: string, line: number, message: string): Register {
  const expected = 'expected `version: 1` and a list `exceptions`';
  const problem: Problem = {
    id: 'EXC1',
    line,
    message: `${message}; ${expected}`,
    fix: 'Mend the file; its schema is docs/exceptions.schema.json.',
  };
  return { file, entries: [], problems: [problem] };
}

class Reader {
  constructor(
    private readonly yaml: Yaml,
    private readonly lines: InstanceType<Yaml['LineCounter']>,
    private readonly file: string,
  ) {}

  read(root: unknown): Omit<Register, 'file'> {
    const { isMap, isScalar, isSeq } = this.yaml;
    if (!isMap(root)) return damaged(this.file, 1, 'found no map');
    const members = new Map(root.items.map((pair) => [this.keyOf(pair.key), pair]));
    const stray = [...members].find(([key]) => key !== 'version' && key !== 'exceptions');
    if (stray !== undefined) return damaged(this.file, this.lineOf(stray[1].key), `found \`${stray[0]}\``);
    const version = members.get('version')?.value;
    if (!isScalar(version) || version.value !== 1) {
      return damaged(this.file, this.lineOf(version), 'found no `version: 1`');
    }
    const list = members.get('exceptions')?.value;
    if (!isSeq(list)) return damaged(this.file, this.lineOf(list), 'found no list `exceptions`');
    const read = list.items.map((item) => this.readEntry(item));
    return {
      entries: read.flatMap(({ entry }) => (entry === undefined ? [] : [entry])),
      problems: read.flatMap(({ problems }) => problems),
    };
  }

  private readEntry(item: unknown): { readonly entry?: ExceptionEntry; readonly problems: readonly Problem[] } {
    const line = this.lineOf(item);
    if (!this.yaml.isMap(item)) return damaged(this.file, line, 'found an entry that is no map');
    const members = new Map(item.items.map((pair) => [this.keyOf(pair.key), this.memberOf(pair)]));
    const problems = shapeProblems(members, line);
    if (problems.length > 0) return { problems };
    const texts = Object.fromEntries([...members].map(([key, { value }]) => [key, value]));
    // The end of a map in YAML is where the next thing begins.
    const lastLine = Math.max(line, ...[...members.values()].map((each) => each.lastLine));
    return { entry: { ...texts, file: this.file, line, lastLine } as unknown as ExceptionEntry, problems };
  }

  /** Aliases are no texts: what they stand for is changed elsewhere, without a change in the lines of the entry. */
  private memberOf({ key, value }: { key: unknown; value: unknown }): Member & { readonly lastLine: number } {
    const isText = this.yaml.isScalar(value) && typeof value.value === 'string' && value.tag === undefined;
    const range = (value as { range?: readonly number[] } | null)?.range;
    const line = this.lineOf(key);
    const end = range === undefined ? line : this.lines.linePos(Math.max(range[0] ?? 0, (range[1] ?? 1) - 1)).line;
    return { value: isText ? (value.value as string) : undefined, line, lastLine: Math.max(line, end) };
  }

  private keyOf(key: unknown): string {
    return this.yaml.isScalar(key) && typeof key.value === 'string' ? key.value : '<a key that is no text>';
  }

  private lineOf(node: unknown): number {
    const offset = (node as { range?: readonly number[] } | undefined)?.range?.[0];
    return offset === undefined ? 1 : this.lines.linePos(offset).line;
  }
}
