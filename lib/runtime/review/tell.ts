import type { Asff } from './asff';
import type { Answer, Call } from './call';

/** Findings of one event; EventBridge takes 256 KB, and so does the topic behind it. */
const MOST_BYTES = 200_000;
/** By which the rule of the construct knows the events. */
export const SOURCE = 'cdk-bulkhead.scheduled-review';

/** Puts the findings on the event bus, from where a rule brings them to the topic. Nothing is put where there are none. */
export async function tellFindings(findings: readonly Asff[], review: string, bus: string, call: Call): Promise<void> {
  const details = divided(findings).map((each, index, all) =>
    JSON.stringify({ review, part: index + 1, parts: all.length, findings: each }),
  );
  // One entry a call: all entries of a call together have to keep to the limit.
  for (const Detail of details) {
    const entry = { Source: SOURCE, DetailType: 'Drift', Detail, EventBusName: bus };
    const { FailedEntryCount = 0, Entries = [] } = await call('eventbridge', 'PutEvents', { Entries: [entry] });
    const code: unknown = (Entries as readonly Answer[])[0]?.['ErrorCode'];
    if (Number(FailedEntryCount) > 0) throw new Error(`EventBridge refused the findings: ${String(code)}`);
  }
}

function divided(findings: readonly Asff[]): readonly (readonly Asff[])[] {
  const parts: Asff[][] = [];
  let size = MOST_BYTES;
  for (const each of findings) {
    const { length } = Buffer.from(JSON.stringify(each));
    if (size + length > MOST_BYTES) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(each);
    size += length;
  }
  return parts;
}
