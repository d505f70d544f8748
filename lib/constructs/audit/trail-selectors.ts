import type * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import { DataEvents } from './data-events';

/** What a trail takes: values of all its selectors together. */
export const MOST_SELECTOR_VALUES = 500;

/** What is to be recorded beyond management events. */
export interface RecordedData {
  /** All of these in the account. */
  readonly everything: readonly DataEvents[];
  /** Some of them, by ARN. */
  readonly some: readonly { readonly type: DataEvents; readonly arn: string }[];
}

type Selector = cloudtrail.CfnTrail.AdvancedEventSelectorProperty;

/**
 * The selectors of a vault's trail: all management events; whoever tries to delete records of the vault, or to change
 * how long they are kept; what else was asked for. Where single resources would be too many values, everything of their
 * type is recorded: more, never less.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
 */
export function trailSelectors(recorded: RecordedData, vaultBuckets: readonly string[]): readonly Selector[] {
  const objects = vaultBuckets.map((arn) => `${arn}/`);
  return [
    { name: 'Management events', fieldSelectors: [{ field: 'eventCategory', equalTo: ['Management'] }] },
    {
      name: 'Tampering with the record',
      fieldSelectors: [
        { field: 'eventCategory', equalTo: ['Data'] },
        { field: 'resources.type', equalTo: [DataEvents.BUCKETS] },
        { field: 'resources.ARN', startsWith: objects },
        // Not PutObject: each delivery would be an event, and each event a delivery.
        {
          field: 'eventName',
          equalTo: [
            'DeleteObject',
            'DeleteObjects',
            'PutObjectLegalHold',
            'PutObjectRetention',
            'UpdateObjectEncryption',
          ],
        },
      ],
    },
    ...Object.values(DataEvents).flatMap((type) => selectorOf(type, recorded, objects)),
  ];
}

function selectorOf(type: DataEvents, recorded: RecordedData, objects: readonly string[]): readonly Selector[] {
  const arns = [...new Set(recorded.some.filter((each) => each.type === type).map(({ arn }) => arn))];
  const all = recorded.everything.includes(type) || isTooMuch(type, recorded);
  if (!all && arns.length === 0) return [];
  const isBucket = type === DataEvents.BUCKETS;
  const what = all
    ? isBucket
      ? [{ field: 'resources.ARN', notStartsWith: [...objects] }]
      : []
    : [{ field: 'resources.ARN', ...(isBucket ? { startsWith: arns.map((arn) => `${arn}/`) } : { equalTo: arns }) }];
  return [
    {
      name: `${all ? 'All' : 'Some'} ${type}`,
      fieldSelectors: [
        { field: 'eventCategory', equalTo: ['Data'] },
        { field: 'resources.type', equalTo: [type] },
        ...what,
      ],
    },
  ];
}

/** The types with most resources give way first, until the rest fits. Each selector has up to eight values of its own. */
function isTooMuch(type: DataEvents, { some }: RecordedData): boolean {
  const counts = Object.values(DataEvents)
    .map((each) => ({ each, count: new Set(some.filter((one) => one.type === each).map(({ arn }) => arn)).size }))
    .sort((a, b) => a.count - b.count);
  let room = MOST_SELECTOR_VALUES - 32;
  for (const { each, count } of counts) {
    room -= count;
    if (each === type) return room < 0;
  }
  return false;
}
