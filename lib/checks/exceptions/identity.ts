/**
 * Whether two names are of the same person or team, as far as that can be told: the address without what follows a
 * plus, the name before the `@` for one without, the login behind GitHub's addresses that receive nothing.
 */
export function sameBody(one: string, other: string): boolean {
  const [a, b] = [plain(one), plain(other)];
  return a === b || (isAddress(a) !== isAddress(b) && local(a) === local(b));
}

function plain(name: string): string {
  const lower = name.trim().toLowerCase().replace(/^@/, '');
  const [, login] = /^(?:\d+\+)?([^@]+)@users\.noreply\.github\.com$/.exec(lower) ?? [];
  return login ?? lower.replace(/\+[^@]*(?=@)/, '');
}

function isAddress(name: string): boolean {
  return name.includes('@');
}

function local(name: string): string {
  return name.split('@')[0] ?? name;
}
