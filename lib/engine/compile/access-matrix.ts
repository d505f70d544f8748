import { byTag } from './caller-tags';
import { checkMatrix } from './check-matrix';
import { compileBoundary } from './compile-boundary';
import { compileGuard } from './compile-guard';
import { compileIdentity } from './compile-identity';
import { matchedRequests } from './matched-requests';
import { KEYLESS } from './matrix';
import type { AccessMatrix, CompiledAccess, CompiledPolicies, Layout } from './matrix';
import { MatrixFacts } from './matrix-facts';
import { TOO_LARGE, verifyCompiled } from './verify-compiled';

export { KEYLESS } from './matrix';
export type {
  AccessMatrix,
  CompiledAccess,
  CompiledPolicies,
  GuardStatement,
  IdentityPatterns,
  Layout,
  MatrixEndpoint,
  MatrixProblem,
} from './matrix';

/**
 * Compiles who may call what into identity policies, the statements of the API's resource policy, and boundaries, and
 * checks what came out: what is returned as `ok` does what the matrix says, for every request. Which layer stops what:
 * see `CompiledPolicies`.
 *
 * Not covered, since it is not known how API Gateway names such requests when it authorizes them: percent-encoded
 * letters, `.` and `..` in a path, and methods overridden by a header.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
 */
export function compileAccessMatrix(matrix: AccessMatrix, layout: Layout = {}): CompiledAccess {
  const served = checkMatrix(matrix);
  if ('problems' in served) return { ok: false, problems: served.problems };
  const requests = matchedRequests(matrix.stage, served, { merged: layout.merged ?? false });
  if (requests === undefined) return { ok: false, problems: [TOO_LARGE] };
  const facts = new MatrixFacts(matrix, requests);
  const { identity, problems: inexpressible } = compileIdentity(facts);
  if (inexpressible.length > 0) return { ok: false, problems: inexpressible };
  const compiled: CompiledPolicies = {
    identity,
    ...byTag(compileGuard(facts, layout), layout.tagged ?? []),
    boundary: compileBoundary(facts, identity),
    admitted: admitted(facts),
  };
  const problems = verifyCompiled(matrix, compiled, layout);
  return problems.length === 0 ? { ok: true, ...compiled } : { ok: false, problems };
}

/** What the resource policy allows: to partners their endpoints, to callers without a principal what is open. */
function admitted(facts: MatrixFacts): CompiledPolicies['admitted'] {
  const { matrix, requests } = facts;
  const patterns = new Map((matrix.partners ?? []).map((role) => [role, facts.own(role)]));
  const open = matrix.endpoints.flatMap(({ needsAllow }, index) => (needsAllow ? [requests.own[index]] : []));
  if (open.length > 0) {
    const merged = facts.merge(open, (each) => facts.isKeyless(each));
    patterns.set(KEYLESS, merged);
  }
  return patterns;
}
