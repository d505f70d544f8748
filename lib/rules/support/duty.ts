import { trustPolicy } from '../../engine/parse/policies-of';
import { show } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { principalsOf } from './principals';

/** What a role is for, as far as escalation asks. */
export type Duty = 'workload' | 'deployment' | 'partner';

const DECLARED: Readonly<Record<string, Duty>> = { workload: 'workload', pipeline: 'deployment', partner: 'partner' };

/** Services that run what a repository says: a pipeline by another name. */
const DEPLOYING = /^(?:codebuild|codepipeline|cloudformation)\./;

/**
 * The duty that a role declares; of one that declares nothing what its trust policy tells. `undefined` for people, and
 * where it is not known.
 */
export function dutyOf(role: Resource): Duty | undefined {
  if (role.type !== 'AWS::IAM::Role') return undefined;
  if (role.intent?.kind === 'role') return DECLARED[role.intent.roleKind];
  const trusted = (trustPolicy(role)?.statements ?? [])
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(principalsOf);
  const named = trusted.map(({ kind, value }) => ({ kind, name: show(value) }));
  if (named.some(({ kind, name }) => kind === 'Federated' && /oidc-provider|token\.actions/.test(name))) {
    return 'deployment';
  }
  const services = named.filter(({ kind }) => kind === 'Service');
  if (services.length === 0 || services.length < named.length) return undefined;
  return services.some(({ name }) => DEPLOYING.test(name)) ? 'deployment' : 'workload';
}
