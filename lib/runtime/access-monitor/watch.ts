import { gunzipSync } from 'node:zlib';
import type { AccessLine } from './caller';
import { judgeCall } from './judge-call';
import type { JudgedCall } from './judge-call';
import type { CallerMemory } from './memory';
import { metricLines } from './metrics';
import type { MonitorSettings } from './settings';

/** What CloudWatch Logs hands to a subscribed function. */
export interface LogsEvent {
  readonly awslogs: { readonly data: string };
}

/** Judges a batch of lines and gives the lines of metrics. A line that is none is told as a denied call of nobody. */
export async function watch(
  event: LogsEvent,
  settings: MonitorSettings,
  memory: CallerMemory,
  now: number,
): Promise<readonly string[]> {
  const batch = JSON.parse(gunzipSync(Buffer.from(event.awslogs.data, 'base64')).toString('utf8')) as {
    readonly messageType?: string;
    readonly logEvents?: readonly { readonly message: string }[];
  };
  if (batch.messageType !== 'DATA_MESSAGE') return [];
  const calls: JudgedCall[] = [];
  for (const { message } of batch.logEvents ?? []) {
    const call = await rememberedCall(lineOf(message), settings, memory, now);
    if (call !== undefined) calls.push(call);
  }
  return metricLines(calls, settings.namespace, now);
}

/** A call with every signal; `undefined` where the line is of another API. */
export async function rememberedCall(
  line: AccessLine,
  settings: MonitorSettings,
  memory: CallerMemory,
  now: number,
): Promise<JudgedCall | undefined> {
  const call = judgeCall(line, settings);
  if (call === undefined || !call.cameThrough || !(await memory.isNew(call.role, call.endpoint, now))) return call;
  return { ...call, signals: [...call.signals, 'NewCaller'] };
}

function lineOf(message: string): AccessLine {
  try {
    const line: unknown = JSON.parse(message);
    if (typeof line === 'object' && line !== null) return line as AccessLine;
  } catch {
    // Told as what it is below.
  }
  return { status: 403 };
}
