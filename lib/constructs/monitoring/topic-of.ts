import { Stack, Token } from 'aws-cdk-lib';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import type { IAlarmTopic } from './i-alarm-topic';

/**
 * The topic that `at` tells.
 *
 * @throws BH4027 where it is in another region: neither alarms nor event rules reach it there.
 */
export function topicOf(at: Construct, { topic }: IAlarmTopic): sns.ITopic {
  const { region } = Stack.of(at);
  const known = [region, topic.env.region].every((each) => !Token.isUnresolved(each));
  if (!known || region === topic.env.region) return topic;
  throw misuse(at, {
    code: 'BH4027',
    what: `\`alarmTopic\` is in ${topic.env.region}, and what would tell it in ${region}`,
    why: 'alarms and event rules reach topics of their own region alone, so that nobody would be told',
    mend: `make an \`AlarmTopic\` in a stack of ${region}, or name a topic there by \`AlarmTopic.fromExisting\``,
  });
}
