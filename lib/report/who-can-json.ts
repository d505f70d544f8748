import type { NamedPrincipal, WhoCan } from '../model/answers';
import { JSON_VERSION } from './result';

/** `bulkhead who-can --format json`, as docs/who-can.schema.json has it. */
export function whoCanJson({ action, resource, note, principals }: WhoCan): string {
  const answer = {
    version: JSON_VERSION,
    action,
    resource,
    ...(note === undefined ? {} : { note }),
    principals: principals.map((each) => ({
      ...namesJson(each),
      decision: each.decision,
      direct: each.direct,
      via: each.via,
      conditions: each.conditions,
      statements: each.statements,
      ...(each.denied === undefined ? {} : { denied: each.denied }),
      ...(each.unknowns.length === 0 ? {} : { unknowns: each.unknowns }),
    })),
  };
  return `${JSON.stringify(answer, undefined, 2)}\n`;
}

/** Who it is; null where it is outside of the templates. */
export function namesJson({ principal, logicalId, template }: NamedPrincipal): object {
  return { principal, logicalId: logicalId ?? null, template: template ?? null };
}
