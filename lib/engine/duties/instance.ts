import type { PolicyText } from '../../model/policy';
import { isText, text } from '../../model/value';
import type { Text, TextPart } from '../../model/value';

/**
 * One ARN that a pattern matches, of the given account or below a resource, which no policy names by chance: what is allowed on it
 * is allowed on the pattern. `undefined` where the pattern is no ARN, or has variables.
 */
export function instanceOf(pattern: PolicyText, account: PolicyText): PolicyText | undefined {
  if (isText(pattern)) return below(pattern);
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

/** Of a resource of the templates: what lies below it. */
function below({ parts }: Text): PolicyText | undefined {
  const end = parts.at(-1);
  const isBelow = parts.every((part, at) => typeof part !== 'string' || at === parts.length - 1 || !/[*?]/.test(part));
  if (!isBelow || typeof end !== 'string' || !/^[^*?]*\*$/.test(end)) return undefined;
  return text([...parts.slice(0, -1), end.replace('*', SOME)]);
}

const SOME = 'bulkhead-some';

function filled(field: string, whole: string): string {
  return field === '*' ? whole : field.replaceAll('*', '').replaceAll('?', 'x');
}
