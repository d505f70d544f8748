import type { Permission, WhatCan } from '../model/answers';
import { JSON_VERSION } from './result';
import { namesJson } from './who-can-json';

/** `bulkhead what-can --format json`, as docs/what-can.schema.json has it. */
export function whatCanJson(answer: WhatCan): string {
  const { services, becomes, admin, unknowns } = answer;
  const result = {
    version: JSON_VERSION,
    ...namesJson(answer),
    services: services.map(({ service, permissions }) => ({ service, permissions: permissions.map(permissionJson) })),
    becomes: becomes.map((each) => ({ ...namesJson(each), certainty: each.certainty, steps: each.steps })),
    admin: admin ?? null,
    ...(unknowns.length === 0 ? {} : { unknowns }),
  };
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

function permissionJson({ resource, decision, actions, conditions, unknowns }: Permission): object {
  return {
    resource,
    decision,
    actions: actions.map(({ action, level }) => ({ action, level: level ?? null })),
    conditions,
    ...(unknowns.length === 0 ? {} : { unknowns }),
  };
}
