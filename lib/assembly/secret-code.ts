import { mayBeSecret, saysSecret } from './secret-names';

/** `dbPassword = "…"`, `"api_key": '…'`: a name, and a text in quotes. */
const ASSIGNED = /([A-Za-z_][\w-]{2,63})["']?\s{0,8}(?::|:?=)\s{0,8}(["'`])([^"'`\s$<>{}()]{8,128})\2/g;
/** `export DB_PASSWORD=…`, as a shell takes it without quotes, also as an element of a list of YAML. */
const EXPORTED = /^\s{0,16}(?:-\s+)?(?:export\s+)?([A-Z][A-Z0-9_]{2,63})=([^"'`\s$<>{}()&|;]{8,128})\s*$/gm;
/** The same among other commands of a line, or in a string of JSON. */
const EXPORTED_WITHIN = /\bexport\s{1,4}([A-Z][A-Z0-9_]{2,63})=["']?([^"'`\s$<>{}()&|;\\]{8,128})/g;
/** `--password …`, `--db-password=…`. */
const OPTION = /(?:^|[\s"'])--([A-Za-z][\w-]{2,40})[= ]["']?([^"'`\s$<>{}()&|;\\]{8,128})/gm;
/** `db.password = …`, `password: …`, as files of settings have it, without quotes or with. */
const SETTING =
  /^\s{0,32}(?:-\s+)?["']?([A-Za-z_][\w.-]{2,63})["']?\s{0,8}[:=]\s{0,8}["']?([^"'`\s$<>{}()&|;,]{8,128})["']?,?\s*$/gm;
/** Names of things, such as `orders-db-secret-1`, and words. */
const NAME_LIKE = /^[A-Za-z]+$|^[a-z][a-z0-9]*(?:[-_./:][a-z0-9]+)+$|^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

/**
 * The names in a piece of code to which a text is assigned that must be a secret, by what the name says and by what the
 * text looks like. Texts that could be a name or a word are left alone, so that a password such as `correct-horse` is
 * not found.
 */
export function secretsAssignedIn(code: string): readonly string[] {
  const found = new Set<string>();
  for (const [, name = '', , value = ''] of code.matchAll(ASSIGNED)) if (isSecretNamed(name, value)) found.add(name);
  for (const pattern of [EXPORTED, EXPORTED_WITHIN, OPTION]) {
    for (const [, name = '', value = ''] of code.matchAll(pattern)) if (isSecretNamed(name, value)) found.add(name);
  }
  return [...found];
}

/** The settings in a file of them, YAML or `name=value`, that hold a secret. A digit or a sign must be in the text. */
export function secretsInSettings(text: string): readonly string[] {
  const found = new Set<string>();
  for (const [, name = '', value = ''] of text.matchAll(SETTING)) {
    if (isSecretNamed(name, value) && UNLIKE_WORDS.test(value)) found.add(name);
  }
  return [...found];
}

const UNLIKE_WORDS = /[^A-Za-z\s._:'-]/;

/** The members of a JSON file, or of a definition, that hold a secret; stricter than of a text that is one. */
export function secretsInJsonFile(text: string, hole?: string): readonly string[] {
  const found = new Set<string>();
  for (const [, name = '', value = ''] of text.matchAll(MEMBER)) {
    const isKnown = hole === undefined || !value.includes(hole);
    const isText = /^[^\s$<>{}()\\]{8,128}$/.test(value);
    if (isKnown && isText && isSecretNamed(name, value) && UNLIKE_WORDS.test(value)) found.add(name);
  }
  return [...found];
}

/** Whether the name says that it is a secret, and the text could be one, and looks neither like a name nor like a word. */
export function isSecretNamed(name: string, value: string): boolean {
  return (
    saysSecret(name) &&
    mayBeSecret(value) &&
    !NAME_LIKE.test(value) &&
    /[A-Za-z]/.test(value) &&
    /[^A-Za-z]/.test(value)
  );
}

/** `"password": "…"` in JSON, of which some values may be unknown. */
const MEMBER = /"([^"\\]{2,64})"\s{0,8}:\s{0,8}"((?:[^"\\]|\\.){0,512})"/g;

/** The members of a JSON text that hold a secret. What is not known of the text is replaced by `hole`. */
export function secretsInJson(text: string, hole: string): readonly string[] {
  return [...text.matchAll(MEMBER)]
    .filter(
      ([, name = '', value = '']) =>
        saysSecret(name) && !value.includes(hole) && !value.includes('{{resolve:') && mayBeSecret(value),
    )
    .map(([, name = '']) => name);
}
