/** Where something in a file has the shape of a secret, and how much of the file tells whether it is one. */
export interface Suspect {
  readonly start: number;
  readonly length: number;
  /** What it is, where the shape says it all. @default - the scanner has to say */
  readonly is?: string;
}

interface Shape {
  /** Two signs of it that are rare in code, by which it is found. */
  readonly pair: string;
  /** How many signs of it stand before the pair. */
  readonly back: number;
  readonly is: RegExp;
  /** How much of the file is looked at: of a private key all of it. */
  readonly length?: number;
  /** What it is, where the scanner asks for more: it passes over hosts such as `db.internal`. */
  readonly says?: string;
}

/**
 * The shapes of what the scanner knows. INVARIANT: narrower than its rules, which take the `SG.prototype.x` of minified code
 * for a key: files are full of what merely looks like a secret.
 */
const SHAPES: readonly Shape[] = [
  { pair: 'KE', back: 8, is: /PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s\\]{100}/y, length: 12_000 },
  { pair: 'm_', back: 2, is: /npm_[A-Za-z0-9_]{36}(?!\w)/y },
  { pair: 'xo', back: 0, is: /xox[abopr]-[A-Za-z0-9]{6,40}-[A-Za-z0-9-]{8}/y },
  { pair: 'xa', back: 0, is: /xapp-\d-[A-Z0-9]{6,40}-[A-Za-z0-9-]{8}/y },
  { pair: 'ks', back: 3, is: /hooks\.slack\.com\/services\/T\w{6,20}\/B\w{6,20}\/\w{16}/y },
  {
    pair: ':/',
    back: 0,
    says: 'password in a URL',
    is: /:\/\/[^\s/:@"'`<>{}$()]{1,100}:[^\s/@"'`<>{}$()]{3,200}@[\w-]{2,100}(?=[.:/])/y,
  },
  { pair: 'k-', back: 1, is: /sk-(?:proj-|svcacct-|admin-|ant-api|[A-Za-z0-9]{20}T3Blbk)[\w-]{20}/y },
  { pair: 'G.', back: 1, is: /SG\.[\w-]{16,32}\.[\w-]{30,64}(?![\w-])/y },
  { pair: 't_', back: 4, is: /shpat_[a-zA-Z0-9]{32}/y },
  { pair: 'a_', back: 4, is: /shp[pc]a_[a-zA-Z0-9]{32}/y },
  { pair: 's_', back: 4, is: /shpss_[a-zA-Z0-9]{32}/y },
  ...['p', 'o', 'u', 's', 'r'].map((kind) => ({ pair: `${kind}_`, back: 2, is: /gh[pousr]_[A-Za-z0-9]{36}(?!\w)/y })),
  { pair: 't_', back: 9, is: /github_pat_[A-Za-z0-9_]{40}/y },
  { pair: 'i_', back: 6, is: /lin_api_\w{32}/y },
  { pair: 's_', back: 2, is: /ops_ey[\w-]{100}/y },
  { pair: 'IA', back: 2, is: /A[KS]IA(?![A-Z0-9]{0,16}EXAMPLE)[A-Z2-7]{16}(?!\w)/y },
  ...['cr', 'CR'].map((pair) => ({
    pair,
    back: 2,
    is: /secret[_-]?(?:access)?[_-]?key["']?\s{0,8}(?:=>|[:=])\s{0,8}["'`]?(?![A-Za-z0-9/+]{0,40}EXAMPLE)[A-Za-z0-9/+]{40}(?![\w/+=])/iy,
  })),
];

const BEFORE = 80;
const LENGTH = 400;

const TABLE = new Uint8Array(0x10000);
const BY_PAIR = new Map<number, (Shape & { readonly first: number })[]>();
for (const shape of SHAPES) {
  const code = (shape.pair.charCodeAt(0) << 8) | shape.pair.charCodeAt(1);
  TABLE[code] = 1;
  // A pattern begins with a letter, or with a sign that has the bit of small letters already.
  const first = shape.is.source.replaceAll('\\', '').charCodeAt(0) | 0x20;
  BY_PAIR.set(code, [...(BY_PAIR.get(code) ?? []), { ...shape, first }]);
}

/** Passwords in URLs that only say where one belongs. */
const PLACEHOLDER =
  /^:\/\/[^:]*:(?:pass(?:word|wd|phrase)?|pwd?|pw|secret|token|x+|\*+|%\w+|user(?:name)?|example|changeme|test)@/i;
const NOWHERE = /@(?:[\w-]+\.)*(?:example\.|localhost|127\.0\.0\.1)/i;

/** The places of a file, read as Latin-1, at which a secret may stand. Linear; some milliseconds for a megabyte. */
export function suspectsIn(bytes: Uint8Array, text: string): readonly Suspect[] {
  const found: Suspect[] = [];
  let pair = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    pair = ((pair << 8) | bytes[i]) & 0xff_ff;
    if (TABLE[pair] === 0) continue;
    for (const { first, back, is, says, length = LENGTH } of BY_PAIR.get(pair) ?? []) {
      const start = i - 1 - back;
      // Most pairs are in other words: told by the first sign, before the pattern.
      if (start < 0 || (bytes[start] | 0x20) !== first) continue;
      is.lastIndex = start;
      const [match] = is.exec(text) ?? [];
      if (match === undefined || PLACEHOLDER.test(match) || (match.startsWith('://') && NOWHERE.test(match))) continue;
      found.push({
        start: Math.max(0, start - BEFORE),
        length: BEFORE + length,
        ...(says === undefined ? {} : { is: says }),
      });
    }
  }
  return found;
}
