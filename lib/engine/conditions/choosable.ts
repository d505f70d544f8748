import { dateOf, secondsOf } from './dates';
import { ABSENT_KEY, known, oneOf } from './known';
import type { Known } from './known';
import type { Representatives } from './representatives';

/** Of all sorts of values those that an open key may have or, where that is asked, those that it can have for sure. */
export function choosable(key: Known, sorts: Representatives, certain: boolean): Representatives {
  if (key.state !== 'open') return sorts;
  if (key.time !== undefined) return timely(key.time, sorts, certain);
  if (!certain || key.choices === undefined) return sorts;
  if (key.choices === 'nothing') return { values: sorts.complete ? [oneOf(...sorts.values)] : [], complete: false };
  return { values: key.choices, complete: false };
}

type Time = NonNullable<Extract<Known, { state: 'open' }>['time']>;

/** What is past does not come again; what is sure must hold all through the present. */
function timely({ from, to, earliest, mayBeAbsent }: Time, sorts: Representatives, certain: boolean): Representatives {
  const present = sorts.values.filter(({ state }) => state === 'known');
  const isEpoch = present.some((each) => /^\d+(\.\d+)?$/.test(textOf(each)));
  const at = (seconds: number): Known => known(isEpoch ? String(Math.floor(seconds)) : dateOf(seconds));
  const between = (first: number, last: number): readonly Known[] =>
    present.filter((each) => {
      const seconds = secondsOf(textOf(each));
      // What is compared as a text may be any time.
      return seconds === undefined || (seconds >= first && seconds <= last);
    });
  const absent = mayBeAbsent ? [ABSENT_KEY] : [];
  if (!certain)
    return { values: [at(earliest), at(from), ...between(earliest, Infinity), ...absent], complete: sorts.complete };
  const ends = to === from || to === Infinity ? [at(from)] : [at(from), at(to)];
  const now = [...ends, ...between(from, to)];
  return {
    values: sorts.complete ? [{ state: 'one-of', choices: now, example: textOf(now[0]) }, ...absent] : absent,
    complete: false,
  };
}

function textOf(each: Known): string {
  const [value] = each.state === 'known' ? each.values : [];
  return typeof value === 'string' ? value : '';
}
