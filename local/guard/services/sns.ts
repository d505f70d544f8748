import { ABSENT } from '../../../lib/model/value';
import type { Facts } from '../facts';
import type { Needed } from '../judge';
import { Refusal, undecided } from '../refusal';
import { accountOf } from '../world';

/**
 * What a request to SNS needs: the permission on the topic and, where a key encrypts it, both of those that publishers
 * need on the key.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export async function notifications(form: URLSearchParams, region: string, facts: Facts): Promise<readonly Needed[]> {
  const [operation, arn] = [form.get('Action'), form.get('TopicArn')];
  if (operation !== 'Publish' || arn === null) throw undecided(`sns:${operation}`);
  const topic = await facts.topic(arn);
  if (topic === null) throw new Refusal(404, 'NotFound', 'Topic does not exist');
  const account = accountOf(arn);
  const publish: Needed = {
    action: 'sns:Publish',
    resource: arn,
    resourceAccount: account,
    context: { 'aws:SourceAccount': ABSENT, 'aws:SourceArn': ABSENT },
    on: [{ type: 'AWS::SNS::Topic', arn, account, region, policy: topic.policy }],
  };
  if (topic.kmsKey === null) return [publish];
  const key = await facts.kmsKey(account, region, topic.kmsKey);
  if (key === null || !key.enabled) throw new Refusal(400, 'KMSDisabled', 'the key of the topic is not enabled');
  const use = (action: string): Needed => ({
    action,
    resource: key.arn,
    resourceAccount: account,
    context: {
      'kms:ViaService': `sns.${region}.amazonaws.com`,
      'kms:EncryptionContextKeys': ['aws:sns:topicArn'],
      'kms:EncryptionContext:aws:sns:topicArn': arn,
      'aws:SourceAccount': ABSENT,
      'aws:SourceArn': ABSENT,
    },
    on: [{ type: 'AWS::KMS::Key', arn: key.arn, account, region, policy: key.policy, tags: key.tags }],
  });
  return [publish, use('kms:GenerateDataKey'), use('kms:Decrypt')];
}
