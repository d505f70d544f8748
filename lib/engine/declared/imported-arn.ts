import type { Template } from '../../model/snapshot';
import { text } from '../../model/value';
import type { Text, TextPart } from '../../model/value';
import { partitionOf } from '../world/own-arn';

const PLACEHOLDER = /(<AWS::(?:Partition|Region|AccountId)>)/;

/**
 * The ARN of a secret that is in no template, as its declaration has it: where the stack that imports it stands for a
 * part, that is `<AWS::Region>` and the like: CloudFormation's own
 * checks take `${AWS::Region}` for a forgotten `Fn::Sub`.
 */
export function importedArn(declared: string, template: Template): string | Text {
  return text(declared.split(PLACEHOLDER).map((part) => placed(part, template)));
}

function placed(part: string, { account, region }: Template): TextPart {
  switch (part) {
    case '<AWS::Partition>':
      return partitionOf(region);
    case '<AWS::Region>':
      return region ?? { shape: 'region', source: 'AWS::Region' };
    case '<AWS::AccountId>':
      return account ?? { shape: 'account', source: 'AWS::AccountId' };
    default:
      return part;
  }
}
