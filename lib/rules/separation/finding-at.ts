import { nameOf } from '../../engine/world/resource-name';
import type { Finding } from '../../model/finding';
import type { Resource } from '../../model/snapshot';

type Told = Pick<
  Finding,
  'ruleId' | 'title' | 'message' | 'fix' | 'certainty' | 'detail' | 'found' | 'trace' | 'unknowns'
>;

/** A violation of the separation of duties at a resource; a role or user is the principal of it. */
export function findingAt(resource: Resource, { trace = [], unknowns = [], ...told }: Told): Finding {
  const { template, logicalId, constructPath, source, type } = resource;
  return {
    ...told,
    severity: 'error',
    template: template.name,
    file: template.file,
    logicalId,
    ...(constructPath === undefined ? {} : { constructPath }),
    ...(source === undefined ? {} : { source }),
    ...(/^AWS::IAM::(?:Role|User)$/.test(type) ? { principal: nameOf(resource) } : {}),
    ...(trace.length === 0 ? {} : { trace }),
    ...(unknowns.length === 0 ? {} : { unknowns }),
  };
}
