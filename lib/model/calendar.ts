const DAY_MS = 86_400_000;

/** The days since 1970 of an ISO date such as `2026-11-22`; `undefined` where there is no such day. */
export function dayOf(date: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const time = Date.parse(`${date}T00:00:00Z`);
  // JavaScript takes the 30th of February for the 2nd of March.
  return Number.isNaN(time) || dateOf(time / DAY_MS) !== date ? undefined : time / DAY_MS;
}

/** The ISO date of a number of days since 1970. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
