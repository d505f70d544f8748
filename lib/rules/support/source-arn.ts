import type { Value } from '../../model/value';
import { isText } from '../../model/value';

const HOLE = '\0';

/**
 * Whether an ARN is a pattern for things of anybody: of every account, or of every name where the ARN has no account, as
 * for buckets. What is known only later is taken for somebody's.
 */
export function isOfAnybody(arn: Value | undefined): boolean {
  const parts = isText(arn) ? arn.parts : [arn];
  const shown = parts.map((part) => (typeof part === 'string' ? part : HOLE)).join('');
  if (/^[*?]+$/.test(shown)) return true;
  const [prefix, , service = '', , account, ...rest] = shown.split(':');
  if (prefix !== 'arn' || account === undefined) return false;
  if (account === '') return service !== '' && /^[*?]/.test(rest.join(':'));
  return /^[*?]+$/.test(account) || /^[*?]+$/.test(service);
}
