import type { Permission, WhatCan } from '../model/answers';
import { JSON_VERSION } from './result';
import { namesJson } from './who-can-json';

/** `bulkhead what-can --format json`, as docs/what-can.schema.json has it. */
export function whatCanJson(answer: WhatCan): string {
  const { services, becomes, gains, admin, unknowns } = answer;
  const result = {
    version: JSON_VERSION,
    ...namesJson(answer),
    services: servicesJson(services),
    becomes: becomes.map((each) => ({ ...namesJson(each), certainty: each.certainty, steps: each.steps })),
    gains: gains.map((each) => ({ ...each, services: servicesJson(each.services) })),
    admin: admin ?? null,
    ...(unknowns.length === 0 ? {} : { unknowns }),
  };
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

function servicesJson(services: WhatCan['services']): object {
  return services.map(({ service, permissions }) => ({ service, permissions: permissions.map(permissionJson) }));
}

function permissionJson({ resource, decision, actions, conditions, statements, unknowns }: Permission): object {
  return {
    resource,
    decision,
    actions: actions.map(({ action, level }) => ({ action, level: level ?? null })),
    conditions,
    statements,
    ...(unknowns.length === 0 ? {} : { unknowns }),
  };
}
