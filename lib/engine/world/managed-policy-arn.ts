import type { PolicyText } from '../../model/policy';
import { show } from '../../model/read';
import { isText, text } from '../../model/value';
import type { TextPart } from '../../model/value';
import type { Principal } from './world';

/** The ARN of an AWS managed policy in the partition of a principal; in one that is not known, that is left open. */
export function awsManaged({ arn }: Pick<Principal, 'arn'>, name: string): PolicyText {
  return text(['arn:', partitionIn(arn), `:iam::aws:policy/${name}`]);
}

/** The ARN of something of IAM in the account of a principal: `role/name`. */
export function arnInAccount({ arn, account }: Pick<Principal, 'arn' | 'account'>, rest: string): PolicyText {
  const own: readonly TextPart[] = isText(account) ? account.parts : [show(account)];
  return text(['arn:', partitionIn(arn), ':iam::', ...own, `:${rest}`]);
}

const OPEN: TextPart = { shape: 'partition', source: 'AWS::Partition' };

function partitionIn(arn: PolicyText): TextPart {
  const [first, second] = isText(arn) ? arn.parts : [arn, undefined];
  const known = typeof first === 'string' ? /^arn:([a-z-]+):/.exec(first)?.[1] : undefined;
  if (known !== undefined) return known;
  return typeof second === 'object' && second.shape === 'partition' ? second : OPEN;
}
