const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Seconds since 1970 of an ISO 8601 date, UTC where it does not say, or of epoch seconds; `undefined` for neither. */
export function secondsOf(source: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(source) && !/^\d{4}$/.test(source)) return Number(source);
  const found = DATE.exec(source.trim());
  if (found === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone = 'Z'] = found;
  const utc = Date.UTC(+year, +month - 1, +day, +hour, +minute, +second) / 1000 + Number(`0.${fraction}`);
  if (/^z$/i.test(zone)) return utc;
  const [, sign, hours, minutes] = /([+-])(\d{2}):?(\d{2})/.exec(zone) as RegExpExecArray;
  return utc - (sign === '-' ? -1 : 1) * (+hours * 3600 + +minutes * 60);
}

export function dateOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
