import type { Node } from '../private/vendor/yaml';
import { lineAndColumn } from './problem';
import type { Parsed } from './problem';

/** How many nodes a document may have, each use of an alias counted: aliases of aliases grow without end. */
const MAX_NODES = 300_000;
const MAX_DEPTH = 200;

/** YAML 1.1 words that CloudFormation takes for truth values. */
const TRUTH: Readonly<Record<string, boolean>> = {
  yes: true,
  on: true,
  true: true,
  no: false,
  off: false,
  false: false,
};

/**
 * A YAML template as CloudFormation reads it: short forms of functions written out, dates and numbers with leading
 * zeros as text, keys as text.
 */
export function parseYaml(text: string): Parsed {
  const yaml = require('../private/vendor/yaml') as typeof import('../private/vendor/yaml');
  try {
    const document = yaml.parseDocument(text, {
      // Also where the document says that it is YAML 1.1: its dates and sexagesimal numbers are no JSON.
      schema: 'core',
      resolveKnownTags: false,
      merge: false,
      uniqueKeys: true,
      strict: true,
      prettyErrors: false,
      logLevel: 'error',
    });
    const [error] = document.errors;
    if (error !== undefined) {
      return { ok: false, place: lineAndColumn(text, error.pos[0]), reason: `not valid YAML: ${wordsOf(error.code)}` };
    }
    return { ok: true, body: new Reader(yaml, document).read(document.contents, 0) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, place: lineAndColumn(text, error.offset), reason: error.message };
    if (error instanceof RangeError) return { ok: false, place: '', reason: 'nested too deeply' };
    throw error;
  }
}

function wordsOf(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ');
}

/** Leaves the reader of one document; never leaves this file. */
class Refused extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

class Reader {
  private nodes = 0;
  /** To look up an anchor takes a walk through the document. */
  private readonly targets = new Map<unknown, unknown>();

  constructor(
    private readonly yaml: typeof import('../private/vendor/yaml'),
    private readonly document: ReturnType<typeof import('../private/vendor/yaml')['parseDocument']>,
  ) {}

  read(node: unknown, depth: number): unknown {
    const { isAlias, isMap, isScalar, isSeq } = this.yaml;
    this.nodes += 1;
    if (this.nodes > MAX_NODES) throw new Refused('aliases that expand to too much', offsetOf(node));
    if (depth > MAX_DEPTH) throw new Refused('nested too deeply', offsetOf(node));
    if (isAlias(node)) {
      const target = this.targets.get(node) ?? node.resolve(this.document);
      if (target === undefined) throw new Refused('not valid YAML: bad alias', offsetOf(node));
      this.targets.set(node, target);
      return this.read(target, depth + 1);
    }
    if (isScalar(node)) return tagged(node.tag, scalar(node));
    if (isSeq(node)) {
      return tagged(
        node.tag,
        node.items.map((item) => this.read(item, depth + 1)),
      );
    }
    if (isMap(node)) return tagged(node.tag, this.readMap(node.items, depth));
    return null;
  }

  private readMap(items: readonly { key: unknown; value: unknown }[], depth: number): unknown {
    const given = new Map<string, unknown>();
    const merged = new Map<string, unknown>();
    for (const { key, value } of items) {
      const name = this.keyText(key);
      const content = this.read(value, depth + 1);
      if (name === '<<') this.merge(content, merged, offsetOf(key));
      else if (given.has(name)) throw new Refused('not valid YAML: duplicate key', offsetOf(key));
      else given.set(name, content);
    }
    // Not by assignment: a key such as `__proto__` is a key like any other.
    return Object.fromEntries([...[...merged].filter(([name]) => !given.has(name)), ...given]);
  }

  /** What the map says itself wins over what is merged into it, and the first of several over those after it. */
  private merge(content: unknown, into: Map<string, unknown>, offset: number): void {
    for (const each of Array.isArray(content) ? content : [content]) {
      if (typeof each !== 'object' || each === null || Array.isArray(each)) {
        throw new Refused('a merge key without a map', offset);
      }
      for (const [name, value] of Object.entries(each)) if (!into.has(name)) into.set(name, value);
    }
  }

  private keyText(key: unknown): string {
    const { isAlias, isScalar } = this.yaml;
    const node = isAlias(key) ? key.resolve(this.document) : key;
    if (!isScalar(node) || node.tag?.startsWith('!')) throw new Refused('a key that is no text', offsetOf(key));
    const text = typeof node.value === 'string' ? node.value : node.source;
    if (text === undefined || text === '') throw new Refused('a key that is no text', offsetOf(key));
    return text;
  }
}

function scalar(node: { value: unknown; type?: string; source?: string }): unknown {
  const { value, source = '' } = node;
  if (node.type !== 'PLAIN') return value;
  if (typeof value === 'string') {
    const word = /^([a-z]+|[A-Z][a-z]+|[A-Z]+)$/.test(value) ? value.toLowerCase() : '';
    return Object.hasOwn(TRUTH, word) ? TRUTH[word] : value;
  }
  // An account id with a leading zero, a number too large or none at all: kept as it is written.
  if (typeof value === 'bigint') return source;
  if (typeof value !== 'number') return value;
  const exact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return exact && !/^[-+]?0\d/.test(source) ? value : source;
}

/** `!Sub x` → `{ "Fn::Sub": x }`. */
function tagged(tag: string | undefined, value: unknown): unknown {
  if (tag === undefined || !/^![A-Za-z]/.test(tag)) return value;
  const name = tag.slice(1);
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  if (name === 'GetAtt' && typeof value === 'string' && value.includes('.')) {
    const dot = value.indexOf('.');
    return { 'Fn::GetAtt': [value.slice(0, dot), value.slice(dot + 1)] };
  }
  return { [`Fn::${name}`]: value };
}

function offsetOf(node: unknown): number {
  return (node as Node | undefined)?.range?.[0] ?? 0;
}
