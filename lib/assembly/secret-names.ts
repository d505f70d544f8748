/** Words that say: this is a secret. */
const SECRET =
  /^(password|passwords|passwd|pwd|passphrase|passcode|secret|secrets|token|tokens|apikey|apikeys|credential|credentials)$/;
/** Two words that say so together. */
const SECRET_PAIRS = /^(api|access|private|secret|signing|encryption|auth|master|shared|account) keys?$/;
/** Last words that say: this is about a secret, but it is none. */
const ABOUT = new Set(
  (
    'arn arns id ids name names url uri urls endpoint endpoints ttl length size count limit path paths file files alias ' +
    'version versions expiry expires expiration timeout age days hours minutes seconds ms interval schedule rotation ' +
    'enabled disabled required policy type kind mode format header headers prefix suffix region parameter param ref ' +
    'table bucket queue topic field column location store provider issuer audience algorithm scope scopes host port ' +
    'user username role function handler stage env expression template description label title tag tags source usage ' +
    'validation validity validator required regex pattern manager group index use uses class category strategy status'
  ).split(' '),
);

/** Whether a name, such as that of an environment variable, says that its value is a secret. */
export function saysSecret(name: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1);
  if (last === undefined || ABOUT.has(last)) return false;
  return words.some((word, i) => SECRET.test(word) || (i > 0 && SECRET_PAIRS.test(`${words[i - 1]} ${word}`)));
}

/** Whether a name ends with what is a secret itself, and neither its name nor its ARN: those are called `DbSecret`, too. */
export function saysPassword(name: string): boolean {
  const last = wordsOf(name).slice(-2).join(' ');
  return /(^| )(password|passwd|passphrase|token|apikey|api key|secret key|private key|access key)$/.test(last);
}

/** `dbPassword`, `DB_PASSWORD`, `db-password` → `db`, `password`. */
function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

/** Whether a literal could be a secret at all: not empty, no switch, number, ARN, address, path or placeholder. */
export function mayBeSecret(value: string): boolean {
  const text = value.trim();
  if (text.length < 3) return false;
  if (/^(true|false|yes|no|on|off|enabled?|disabled?|none|null|undefined|required|optional|default)$/i.test(text))
    return false;
  if (/^[-+]?[\d.,]+(ms|s|m|h|d)?$/.test(text)) return false;
  if (text.startsWith('arn:') || /^\{\{.*\}\}$/s.test(text) || /^<.*>$/s.test(text) || /^\*+$/.test(text)) return false;
  // A path into the input of a state, or an expression on it.
  if (/^\$\$?\.|^\{%/.test(text)) return false;
  if (/^[a-z+.-]+:\/\//i.test(text)) return /^[a-z+.-]+:\/\/[^/\s:@]+:[^/\s@]+@/i.test(text);
  return !isPath(text);
}

/** A path in a store of secrets, such as `/prod/db1/password`, or in the construct tree, such as `Orders2/S3Token`, is a name. */
function isPath(text: string): boolean {
  return /^\/?[\w.-]+(\/[\w.-]+)+$/.test(text) && /[a-z]/i.test(text) && !text.split('/').some(isRandom);
}

/** In what was drawn at random, such as Base64 with a slash in it, letters and digits take turns much oftener than in names. */
function isRandom(segment: string): boolean {
  return segment
    .split(/[_.-]/)
    .some((word) => /[a-z]/.test(word) && /[A-Z]/.test(word) && word.split(/(?<=\d)(?=\D)|(?<=\D)(?=\d)/).length > 6);
}
