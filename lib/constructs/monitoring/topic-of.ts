import { Stack, Token } from 'aws-cdk-lib';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import type { IAlarmTopic } from './i-alarm-topic';

/**
 * The topic that `at` tells.
 *
 * @throws BH4027 where it is in another region: neither alarms nor event rules reach it there. BH4029 where it is no
 * alarm topic.
 */
export function topicOf(at: Construct, alarmTopic: IAlarmTopic): sns.ITopic {
  const topic = takenTopic(at, (alarmTopic as IAlarmTopic | undefined)?.topic, '`alarmTopic`');
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

/**
 * A topic that can hear alarms, for callers whom no compiler checks, too.
 *
 * @throws BH4029 where it is none.
 */
export function takenTopic(at: Construct, topic: sns.ITopic | undefined, what: string): sns.ITopic {
  if ((topic as Partial<sns.ITopic> | undefined)?.topicArn === undefined || topic === undefined) {
    throw misuse(at, {
      code: 'BH4029',
      what: `${what} has no topic of SNS`,
      why: 'nobody would be told',
      mend: 'give an `AlarmTopic`; a topic that is there already becomes one by `AlarmTopic.fromExisting(scope, topic)`, where it is given as it is',
    });
  }
  if (!topic.fifo) return topic;
  throw misuse(at, {
    code: 'BH4029',
    what: `${what} is the FIFO topic \`${topic.node.path}\``,
    why: 'SNS sends e-mail from standard topics alone, and event rules give no message group, without which a FIFO topic takes nothing',
    mend: 'give a standard topic, and subscribe what needs an order to that',
  });
}
