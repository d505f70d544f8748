const TOKEN =
  /\s*(?:([{}[\],:])|"(?:(?:[^"\\\p{Cc}]|[\u007f-\u009f])|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/uy;

/** What may come next. */
type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing';

/**
 * Where a text stops being JSON. `JSON.parse` says so only sometimes, and quotes the text, which may be a secret.
 * Iterative: the text may be nested as deeply as it likes.
 */
export function jsonFault(text: string): number {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let offset = 0;
  const afterValue = (): Expected => (open.length === 0 ? 'nothing' : 'comma or end');
  for (;;) {
    TOKEN.lastIndex = offset;
    const match = TOKEN.exec(text);
    const start = offset + (/^\s*/.exec(text.slice(offset, offset + 10_000))?.[0].length ?? 0);
    if (match === null) return Math.min(start, text.length);
    offset = TOKEN.lastIndex;
    const sign = match[1];
    const isString = sign === undefined && match[2] === undefined;
    const inMap = open.at(-1) === '{';
    if (sign === undefined) {
      if (expected === 'key' || expected === 'key or end') {
        if (!isString) return start;
        expected = 'colon';
      } else if (expected === 'value' || expected === 'value or end') expected = afterValue();
      else return start;
    } else if (sign === '{' || sign === '[') {
      if (expected !== 'value' && expected !== 'value or end') return start;
      open.push(sign);
      expected = sign === '{' ? 'key or end' : 'value or end';
    } else if (sign === ':') {
      if (expected !== 'colon') return start;
      expected = 'value';
    } else if (sign === ',') {
      if (expected !== 'comma or end') return start;
      expected = inMap ? 'key' : 'value';
    } else {
      const ends = expected === 'comma or end' || expected === (sign === '}' ? 'key or end' : 'value or end');
      if (!ends || inMap !== (sign === '}')) return start;
      open.pop();
      expected = afterValue();
    }
  }
}
