/** The members of a stored value; empty where it is no JSON object. */
export function membersOf(stored: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = stored === undefined ? undefined : JSON.parse(stored);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A member that is a text and not empty. */
export function textIn(stored: string | undefined, member: string): string | undefined {
  const found = membersOf(stored)[member];
  return typeof found === 'string' && found !== '' ? found : undefined;
}
