import type { TamperingPrincipal, WriteOnce } from '../model/write-once';
import type { Grid } from './grid';
import { count } from './summary';

/** In one sentence: whether it is proved that nobody of the templates can tamper with the record. */
export function writeOnceVerdict({ records, principals, isProved }: WriteOnce): string {
  if (records.length === 0 && principals.length === 0) return 'No trail and no audit bucket is among the templates.';
  const asked = count(principals.length, 'principal');
  const unseen = records.filter(({ buckets }) => buckets.length === 0).map(({ trail }) => trail);
  const beside =
    unseen.length === 0 ? '' : ` Not judged: the bucket of ${unseen.join(', ')}, which is in none of the templates.`;
  if (isProved) {
    return `Write-once, proved: of ${asked}, no path leads to deleting, shortening, stopping, diverting, blinding or forging it.${beside}`;
  }
  const able = principals.filter(({ ways }) => ways.length > 0).length;
  const unread = principals.filter(({ unreadable }) => unreadable.length > 0).length;
  return `Not proved: of ${asked}, ${able} can tamper with it, or may${unread === 0 ? '' : `, and the policies of ${unread} cannot be read`}.${beside}`;
}

/** Who has a way, cannot be read, or becomes somebody outside of the templates. */
export function writeOnceGrid({ principals }: WriteOnce): Grid {
  return {
    head: ['Principal', 'Kind', 'Way'],
    rows: principals.flatMap((each) => [...waysOf(each), ...limitsOf(each)]),
  };
}

/** `?` behind what is only possible. */
function waysOf({ principal, ways }: TamperingPrincipal): readonly (readonly string[])[] {
  return ways.map(({ kinds, certainty, trace }) => [
    principal,
    `${kinds.length > 1 ? 'everything' : (kinds[0] ?? '')}${certainty === 'certain' ? '' : '?'}`,
    trace.join('; then '),
  ]);
}

function limitsOf({ principal, outside, unreadable }: TamperingPrincipal): readonly (readonly string[])[] {
  return [
    ...(unreadable.length === 0 ? [] : [[principal, 'not known', `cannot be read: ${unreadable.join('; ')}`]]),
    ...(outside.length === 0
      ? []
      : [[principal, 'not judged', `becomes, outside of the templates: ${outside.join(', ')}`]]),
  ];
}
