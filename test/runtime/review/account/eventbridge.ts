import type { Answer } from '../../../../lib/runtime/review/call';
import { found, page } from './raw';
import type { OfType, Raw } from './raw';

const NONE = 'ResourceNotFoundException';

/** Rules, and events that were put on the bus. */
export class EventBridge {
  public readonly events: Raw[] = [];
  public readonly rules = new Map<string, Raw>();

  constructor(ofType: OfType) {
    for (const { id, properties } of ofType('AWS::Events::Rule')) {
      const { State = 'ENABLED', EventPattern, ScheduleExpression, Targets = [] } = properties;
      this.rules.set(id, {
        State,
        ...(EventPattern === undefined ? {} : { EventPattern: JSON.stringify(EventPattern) }),
        ...(ScheduleExpression === undefined ? {} : { ScheduleExpression }),
        targets: Targets,
      });
    }
  }

  public DescribeRule({ Name }: Raw): Answer {
    const { targets: _, ...rule } = found(this.rules, Name, NONE);
    return { Name, EventBusName: 'default', ...rule };
  }

  public ListTargetsByRule({ Rule, NextToken }: Raw): Answer {
    const { items, next } = page(found(this.rules, Rule, NONE)['targets'] as readonly Raw[], NextToken, 1);
    return { Targets: items, ...(next === undefined ? {} : { NextToken: next }) };
  }

  public PutEvents({ Entries }: Raw): Answer {
    this.events.push(...Entries);
    return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: '1' })) };
  }
}
