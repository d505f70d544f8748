import { isList, isMap, isText, isUnknown, text, unknown } from '../model/value';
import type { Hole, HoleShape, TextPart, UnknownCause, Value } from '../model/value';

/** Which characters a hole may hold; where none of a delimiter's is among them, the hole cannot be cut by it. */
const MAY_HOLD: Readonly<Record<HoleShape, RegExp>> = {
  'account': /[0-9]/,
  'region': /[a-z0-9-]/,
  'partition': /[a-z-]/,
  'url-suffix': /[a-z0-9.-]/,
  'stack-name': /[A-Za-z0-9-]/,
  'segment': /[^:/*?]/,
  'suffix': /[A-Za-z0-9]/,
  'physical-id': /[^*?]/,
  'any': /[^]/,
};

/** The pieces of a text as far as they are certain. */
interface Pieces {
  /** Pieces from the front that are certain. */
  readonly certain: readonly Value[];
  /** Whether these are all. */
  readonly complete: boolean;
}

/** `Fn::Split`: the pieces, or unknown where a hole could hold the delimiter. */
export function split(delimiter: string, value: Value | undefined, what: string): Value {
  const { certain, complete } = pieces(delimiter, value);
  return complete ? certain : unknown(causeOf(value), `the parts of ${what}, split by "${delimiter}"`);
}

/** The pieces of a text from the front, up to the first that a hole makes uncertain. */
export function pieces(delimiter: string, value: Value | undefined): Pieces {
  if (delimiter === '') return { certain: [], complete: false };
  if (typeof value === 'string') return { certain: value.split(delimiter), complete: true };
  if (!isText(value)) return { certain: [], complete: false };
  const certain: Value[] = [];
  let open: TextPart[] = [];
  for (const part of value.parts) {
    if (typeof part !== 'string') {
      if (mayHold(part, delimiter)) return { certain, complete: false };
      open.push(part);
      continue;
    }
    const [first = '', ...others] = part.split(delimiter);
    open.push(first);
    for (const other of others) {
      certain.push(text(open));
      open = [other];
    }
  }
  return { certain: [...certain, text(open)], complete: true };
}

function mayHold({ shape, attribute = '' }: Hole, delimiter: string): boolean {
  // Ids that AWS makes up: `sg-0a1b`, `d-9067`, `eu-west-1_Ab3`.
  const held = shape === 'segment' && attribute.endsWith('Id') ? /[A-Za-z0-9_-]/ : MAY_HOLD[shape];
  return Array.from(delimiter).some((character) => held.test(character));
}

/** Why nothing is known of a text: what its first open hole, or the value itself, says. */
export function causeOf(value: Value | undefined, otherwise: UnknownCause = 'function'): UnknownCause {
  if (isUnknown(value)) return value.cause;
  if (!isText(value)) return isList(value) || isMap(value) ? 'malformed' : otherwise;
  const open = value.parts.find((part): part is Hole => typeof part === 'object' && part.cause !== undefined);
  return open?.cause ?? otherwise;
}
