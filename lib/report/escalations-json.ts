import type { Escalation } from '../model/answers';
import { JSON_VERSION } from './result';

/** `bulkhead escalations --format json`, as docs/escalations.schema.json has it. */
export function escalationsJson(escalations: readonly Escalation[], unread: readonly string[]): string {
  const answer = {
    version: JSON_VERSION,
    ...(unread.length === 0 ? {} : { unknowns: unread }),
    escalations: escalations.map((each) => ({
      principal: each.principal,
      principalLogicalId: each.logicalId ?? null,
      template: each.template ?? null,
      reaches: each.reaches,
      ...(each.reachesLogicalId === undefined ? {} : { reachesLogicalId: each.reachesLogicalId }),
      ...(each.reachesTemplate === undefined ? {} : { reachesTemplate: each.reachesTemplate }),
      ...(each.power === undefined ? {} : { power: each.power }),
      certainty: each.certainty,
      steps: each.steps,
      ...(each.unknowns.length === 0 ? {} : { unknowns: each.unknowns }),
    })),
  };
  return `${JSON.stringify(answer, undefined, 2)}\n`;
}
