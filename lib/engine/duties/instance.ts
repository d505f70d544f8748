import type { PolicyText } from '../../model/policy';
import { isText, text } from '../../model/value';
import type { TextPart } from '../../model/value';

/**
 * One ARN that a literal pattern matches, of the given account, which no policy names by chance: what is allowed on it
 * is allowed on the pattern. `undefined` where the pattern is no ARN, or has variables.
 */
export function instanceOf(pattern: PolicyText, account: PolicyText): PolicyText | undefined {
  if (typeof pattern !== 'string' || pattern.includes('${') || !/[*?]/.test(pattern)) return undefined;
  const fields = pattern.split(':');
  if (fields.length < 6 || fields[0] !== 'arn') return undefined;
  const [arn, partition, service, region, owner, ...rest] = fields;
  const begin = [arn, filled(partition, 'aws'), service, filled(region, 'us-east-1')].join(':');
  if (/[*?]/.test(service)) return undefined;
  const own: readonly TextPart[] =
    owner !== '*' ? [filled(owner, '')] : isText(account) ? account.parts : [account as string];
  return text([`${begin}:`, ...own, `:${rest.join(':').replaceAll('*', SOME).replaceAll('?', 'x')}`]);
}

const SOME = 'bulkhead-some';

function filled(field: string, whole: string): string {
  return field === '*' ? whole : field.replaceAll('*', '').replaceAll('?', 'x');
}
