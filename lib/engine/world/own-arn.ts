import type { Template } from '../../model/snapshot';
import { text } from '../../model/value';
import type { Text, TextPart } from '../../model/value';

/** That of a region; of one that belongs to none of the three large ones, it stays open. */
export function partitionOf(region: TextPart | undefined): TextPart {
  if (typeof region !== 'string' || /^(?:us-iso|eu-iso|eusc-)/.test(region)) {
    return { shape: 'partition', source: 'AWS::Partition' };
  }
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** The ARN of something in the account and region of a template: `events`, then `event-bus/default`. */
export function ownArn({ account, region }: Template, service: string, rest: readonly TextPart[]): string | Text {
  return text([
    'arn:',
    partitionOf(region),
    `:${service}:`,
    region ?? { shape: 'region', source: 'AWS::Region' },
    ':',
    account ?? { shape: 'account', source: 'AWS::AccountId' },
    ':',
    ...rest,
  ]);
}
