/** The date in UTC: asked at the outermost edge only, and handed in as data from there. */
export function todayInUtc(): string {
  return new Date().toISOString().slice(0, 10);
}
