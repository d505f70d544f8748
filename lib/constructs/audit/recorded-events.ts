import type { DataEvents } from './data-events';
import type { RecordedData } from './trail-selectors';

/** What a trail records beyond management events, as it is asked for one after the other. */
export class RecordedEvents {
  private readonly some: { readonly type: DataEvents; readonly arn: string }[] = [];

  constructor(private readonly everything: readonly DataEvents[]) {}

  public get data(): RecordedData {
    return { everything: this.everything, some: this.some };
  }

  public add(type: DataEvents, ...arns: readonly string[]): void {
    for (const arn of arns) this.some.push({ type, arn });
  }
}
