import { trustPolicy } from '../../engine/parse/policies-of';
import type { Statement } from '../../model/policy';
import { show } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { principalsOf } from './principals';

/** What a role is for, as far as escalation asks. */
export type Duty = 'workload' | 'deployment' | 'partner';

const DECLARED: Readonly<Record<string, Duty>> = { workload: 'workload', pipeline: 'deployment', partner: 'partner' };

/** Services that run what a repository says: a pipeline by another name. */
const DEPLOYING = /^(?:codebuild|codepipeline|cloudformation)\./;
/** How the subject of a token begins that a pod gets. */
const SERVICE_ACCOUNT = 'system:serviceaccount:';

/**
 * The duty that a role declares; of one that declares nothing what its trust policy tells. `undefined` for people, and
 * where it is not known.
 */
export function dutyOf(role: Resource): Duty | undefined {
  if (role.type !== 'AWS::IAM::Role') return undefined;
  if (role.intent?.kind === 'role') return DECLARED[role.intent.roleKind];
  const trusted = (trustPolicy(role)?.statements ?? []).filter(({ effect }) => effect === 'Allow');
  const named = trusted.flatMap((statement) =>
    principalsOf(statement).map(({ kind, value }) => runner(kind, show(value), statement)),
  );
  if (named.some(({ duty }) => duty === 'token')) return 'deployment';
  if (named.length === 0 || named.some(({ duty }) => duty === undefined)) return undefined;
  return named.some(({ duty }) => duty === 'deployment') ? 'deployment' : 'workload';
}

/** What somebody who is trusted runs; `token` for what carries a token of an OIDC provider, by default a pipeline. */
function runner(kind: string, name: string, statement: Statement): { readonly duty?: Duty | 'token' } {
  if (kind === 'Service') return { duty: DEPLOYING.test(name) ? 'deployment' : 'workload' };
  if (kind !== 'Federated') return {};
  if (isCluster(name, statement)) return { duty: 'workload' };
  return /oidc-provider|token\.actions/.test(name) ? { duty: 'token' } : {};
}

/** Whether the provider is an EKS cluster, or the subject a service account of Kubernetes: what runs there is a workload. */
function isCluster(name: string, { conditions }: Statement): boolean {
  return (
    /oidc\.eks\./.test(name) ||
    conditions.some(({ values }) => values.length > 0 && values.every((each) => show(each).startsWith(SERVICE_ACCOUNT)))
  );
}
