import type { Answer } from '../../../../lib/runtime/review/call';
import type { Raw } from './raw';

/** Events that were put on the bus. */
export class EventBridge {
  public readonly events: Raw[] = [];

  public PutEvents({ Entries }: Raw): Answer {
    this.events.push(...Entries);
    return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: '1' })) };
  }
}
