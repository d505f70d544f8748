import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';
import { parseEndpointName } from './endpoint-name';
import { endpointOf } from './replaced-endpoints';

/** Until when an endpoint is known to be right. */
export interface EndpointLife {
  readonly reviewBy?: string;
  readonly replacedBy?: string;
  readonly lastDay?: string;
}

/** @throws BH1027 where a date is none, or a replacement has no last day or is the endpoint itself; BH1001 where it is no endpoint */
export function checkLife(at: IConstruct, endpoint: string, { reviewBy, replacedBy, lastDay }: EndpointLife): void {
  checkDates(at, `endpoint \`${endpoint}\``, { reviewBy, lastDay });
  if (replacedBy === undefined) return;
  parseEndpointName(at, endpointOf(replacedBy), { wildcardReason: 'only named here' });
  if (replacedBy === endpoint) {
    throw misuse(at, {
      code: 'BH1027',
      what: `endpoint \`${endpoint}\` is replaced by itself`,
      mend: 'name another endpoint, or leave `replacedBy` out',
    });
  }
  if (lastDay !== undefined) return;
  throw misuse(at, {
    code: 'BH1027',
    what: `endpoint \`${endpoint}\` is replaced by \`${replacedBy}\` but has no last day`,
    why: 'an old endpoint without an end stays',
    mend: 'give `lastDay`',
  });
}

/** @throws BH1027 where a date is none */
export function checkDates(at: IConstruct, whose: string, dates: Readonly<Record<string, string | undefined>>): void {
  for (const [name, date] of Object.entries(dates)) {
    if (date === undefined || isDate(date)) continue;
    throw misuse(at, {
      code: 'BH1027',
      what: `\`${name}\` of ${whose} must be a date, got \`${date}\``,
      mend: 'write it like `2027-06-30`',
    });
  }
}

/** A day of the calendar: no 31st of June. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** As it travels in the template: only what was said. */
export function lifeIntent({ reviewBy, replacedBy, lastDay }: EndpointLife): EndpointLife {
  return Object.fromEntries(
    Object.entries({ reviewBy, replacedBy, lastDay }).filter(([, value]) => value !== undefined),
  );
}
