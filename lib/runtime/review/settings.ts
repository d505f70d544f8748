import type { EvidencePlace, ReviewedStack } from './evidence';

/** What a ScheduledReview hands to its function. */
export interface ReviewSettings {
  /** Unique in account and region. */
  readonly review: string;
  /** Of the metrics. */
  readonly namespace: string;
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly stacks: readonly ReviewedStack[];
  readonly evidence?: EvidencePlace;
  /** Where findings go. */
  readonly to: 'security-hub' | 'topic';
}
