import { anonymousPrincipal, runSimulation, runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import type { Simulation } from '@cloud-copilot/iam-simulate';

/** A policy document as JSON. */
export interface JsonPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

/** One concrete request with all that decides it, for an evaluator that is not ours. */
export interface OracleRequest {
  /** The ARN of a user or of the session of a role, the name of a service, `anonymous`. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  readonly identity: readonly JsonPolicy[];
  readonly boundary?: JsonPolicy;
  readonly session?: JsonPolicy;
  /** From the root to the account. */
  readonly scps: readonly (readonly JsonPolicy[])[];
  readonly rcps: readonly JsonPolicy[];
  readonly resourcePolicy?: JsonPolicy;
}

const FULL_RCP: JsonPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
};

const named = (policies: readonly JsonPolicy[]): { readonly name: string; readonly policy: JsonPolicy }[] =>
  policies.map((policy, index) => ({ name: `policy${index}`, policy }));

/**
 * The synchronous evaluator reads the name of a resource policy without asking whether it has one, so it gets the
 * policy as one that was validated already, with a name.
 */
const validated = (policyDocument: JsonPolicy): object => ({
  __validated: true,
  policyDocument,
  metadata: { name: 'resource' },
  errors: [],
});

function simulationOf(request: OracleRequest): Simulation {
  const { boundary, session, resourcePolicy } = request;
  return {
    request: {
      principal: request.principal === 'anonymous' ? anonymousPrincipal : request.principal,
      action: request.action,
      resource: { resource: request.resource, accountId: request.resourceAccount },
      contextVariables: request.context as Record<string, string | string[]>,
    },
    identityPolicies: named(request.identity),
    permissionBoundaryPolicies: boundary === undefined ? undefined : named([boundary]),
    sessionPolicy: session,
    serviceControlPolicies: request.scps.map((level, index) => ({
      orgIdentifier: `level${index}`,
      policies: named(level),
    })),
    resourceControlPolicies: [{ orgIdentifier: 'root', policies: named([FULL_RCP, ...request.rcps]) }],
    resourcePolicy,
  };
}

/** Whether AWS would allow the request. Without session policies: of these only `simulates` knows. */
export function allows(request: OracleRequest): boolean {
  const { resourcePolicy } = request;
  const simulation = simulationOf(request);
  return (
    runUnsafeSimulation(
      { ...simulation, resourcePolicy: resourcePolicy === undefined ? undefined : validated(resourcePolicy) },
      {},
    ) === 'Allowed'
  );
}

/**
 * The same without resource control policies, but with session policies. Policies are validated, and condition keys
 * that the action does not declare are dropped.
 */
export async function simulates(request: OracleRequest): Promise<boolean> {
  const answer = await runSimulation({ ...simulationOf(request), resourceControlPolicies: [] }, {});
  if (answer.resultType === 'error') throw new Error(`not simulated: ${JSON.stringify(answer.errors)}`);
  return answer.overallResult === 'Allowed';
}
