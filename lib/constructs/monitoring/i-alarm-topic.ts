import type * as sns from 'aws-cdk-lib/aws-sns';

/** Where alarms go: an `AlarmTopic`, or a topic that is there already, by `AlarmTopic.fromExisting`. */
export interface IAlarmTopic {
  /** The topic, in the region of what tells it. */
  readonly topic: sns.ITopic;
}
