import { GIVEN, known } from '../conditions/known';
import type { Known } from '../conditions/known';
import type { Caller } from './caller';
import type { World } from '../world/world';

const GIVEN_KEYS: ReadonlySet<string> = new Set([
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:resourceorgid',
  'aws:resourceorgpaths',
  'aws:federatedprovider',
]);

const TIMES: ReadonlySet<string> = new Set(['aws:currenttime', 'aws:epochtime']);

/** Whether the value of a key, in lower case, is nobody's to choose, or not in full. */
export function isGivenKey(key: string): boolean {
  const isInPart = key === 'aws:tokenissuetime' || key === 'lambda:invokedviafunctionurl' || key === VIA_SERVICE;
  return isInPart || TIMES.has(key) || GIVEN_KEYS.has(key) || key.startsWith(OBJECT_TAG);
}

/** Whoever asks can ask directly. Whether a service would ask for them is not known. */
const VIA_SERVICE = 'aws:viaawsservice';
const DIRECTLY: Known = { state: 'open', choices: [known('false')] };

const OBJECT_TAG = 's3:existingobjecttag/';

/** A session lasts twelve hours at most, one of a user with `GetSessionToken` 36. */
const LONGEST_SESSION = 36 * 3600;

/**
 * Keys of which nobody chooses the value: the time, and in which organization somebody is. `undefined` for all others.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function givenFact(key: string, caller: Caller, { present }: World): Known | undefined {
  if (GIVEN_KEYS.has(key) || key.startsWith(OBJECT_TAG)) return GIVEN;
  if (TIMES.has(key)) {
    return { state: 'open', time: { ...present, earliest: present.from, mayBeAbsent: false } };
  }
  if (key === VIA_SERVICE) return DIRECTLY;
  if (key !== 'aws:tokenissuetime') return undefined;
  if (caller.kind !== 'role' && caller.kind !== 'user' && caller.kind !== 'arn') return GIVEN;
  // Whoever asks starts a new session; a user may also come with an access key, of which nobody is told the age.
  const time = { ...present, earliest: present.from - LONGEST_SESSION, mayBeAbsent: caller.kind !== 'role' };
  return { state: 'open', time };
}
