import { isRawMap, own, ownString } from './raw';
import type { RawMap } from './raw';

/** A frame of a stack trace, with or without the function's name: `new Orders (/app/lib/orders.ts:12:5)`. */
const FRAME = /(?:^|\()(?:file:\/\/)?([^()\s][^()]*:\d+:\d+)\)?$/;
/** Code that nobody wrote for this app. */
const OTHERS = /[\\/]node_modules[\\/]|^node:|^internal[\\/]|jsii-kernel|^<anonymous>/;

/**
 * Where the code stands that made a construct, by construct path without a leading slash: the first frame of the
 * assembly's stack trace that is of the app itself. CDK writes traces only where it is asked to (`cdk synth --debug`).
 */
export function createdAt(metadata: RawMap): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [path, entries] of Object.entries(metadata)) {
    for (const entry of Array.isArray(entries) ? entries : []) {
      const trace =
        isRawMap(entry) && ownString(entry, 'type') === 'aws:cdk:logicalId' ? own(entry, 'trace') : undefined;
      const place = Array.isArray(trace) ? frameOf(trace) : undefined;
      if (place !== undefined) found.set(path.replace(/^\//, ''), place);
    }
  }
  return found;
}

function frameOf(trace: readonly unknown[]): string | undefined {
  for (const frame of trace) {
    const place = typeof frame === 'string' ? FRAME.exec(frame.trim().replace(/^at /, ''))?.[1] : undefined;
    if (place !== undefined && !OTHERS.test(place)) return place;
  }
  return undefined;
}
