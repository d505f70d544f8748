import type { TamperSignal } from './tamper-signals';

/** The names of the vault's buckets, which may be tokens. */
export type Buckets = readonly string[];

/** What CloudWatch Logs takes for one filter. */
const LONGEST_FILTER = 1024;
/** Kept for names of buckets, which are tokens here: three of 63 characters each, and what is around them. */
const FOR_BUCKETS = 330;

/**
 * The signal as patterns of EventBridge, which sees one region.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function eventPattern({ calls, special, onVaultBuckets }: TamperSignal, buckets: Buckets): object | undefined {
  if (special === 'unauthorized') return undefined;
  if (special === 'root') {
    return {
      'detail-type': ['AWS API Call via CloudTrail', 'AWS Console Sign In via CloudTrail'],
      // What AWS does on the root user's behalf is nobody at a keyboard.
      'detail': {
        userIdentity: { type: ['Root'], invokedBy: [{ exists: false }] },
        eventType: [{ 'anything-but': ['AwsServiceEvent'] }],
      },
    };
  }
  if (special === 'console-without-mfa') {
    return {
      'detail-type': ['AWS Console Sign In via CloudTrail'],
      'detail': {
        eventName: ['ConsoleLogin'],
        userIdentity: { type: ['IAMUser'] },
        additionalEventData: { MFAUsed: ['No'] },
        responseElements: { ConsoleLogin: ['Success'] },
      },
    };
  }
  const sources = Object.keys(calls ?? {});
  return {
    'detail-type': ['AWS API Call via CloudTrail'],
    'detail': {
      eventSource: sources,
      eventName: Object.values(calls ?? {}).flat(),
      ...(onVaultBuckets === true ? { requestParameters: { bucketName: buckets } } : {}),
    },
  };
}

/**
 * The signal as filters on the log group of a trail of all regions; several where one would be too long.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function filterPatterns({ calls, special, onVaultBuckets }: TamperSignal, buckets: Buckets): readonly string[] {
  if (special === 'root') {
    return [
      '{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS) && ($.eventType != "AwsServiceEvent") }',
    ];
  }
  if (special === 'console-without-mfa') {
    return [
      '{ ($.eventName = "ConsoleLogin") && ($.userIdentity.type = "IAMUser") && ($.additionalEventData.MFAUsed != "Yes") && ($.responseElements.ConsoleLogin = "Success") }',
    ];
  }
  if (special === 'unauthorized') {
    return ['{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }'];
  }
  const where =
    onVaultBuckets === true
      ? ` && (${buckets.map((name) => `($.requestParameters.bucketName = "${name}")`).join(' || ')})`
      : '';
  const room = LONGEST_FILTER - (onVaultBuckets === true ? FOR_BUCKETS : 0);
  return Object.entries(calls ?? {}).flatMap(([source, all]) =>
    inPieces(all, room, source).map((names) => `${filterOf(source, names)}${where} }`),
  );
}

function filterOf(source: string, names: readonly string[]): string {
  return `{ ($.eventSource = "${source}") && (${names.map((name) => `($.eventName = "${name}")`).join(' || ')})`;
}

function inPieces(names: readonly string[], room: number, source: string): readonly (readonly string[])[] {
  const pieces: string[][] = [];
  for (const name of names) {
    const last = pieces.at(-1);
    if (last !== undefined && filterOf(source, [...last, name]).length + 2 <= room) last.push(name);
    else pieces.push([name]);
  }
  return pieces;
}
