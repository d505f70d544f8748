import { nameOf } from './matrix';
import type { CompiledPolicies, MatrixProblem } from './matrix';
import type { MatrixFacts } from './matrix-facts';
import { narrowestFirst } from './needed-denies';
import type { RequestClass } from './request-classes';

/** The patterns of each role's endpoints, and what they would also match; problems where no pattern tells these apart. */
export function compileIdentity(facts: MatrixFacts): {
  readonly identity: CompiledPolicies['identity'];
  readonly problems: readonly MatrixProblem[];
} {
  const problems: MatrixProblem[] = [];
  const identity = new Map(
    facts.names().map((role) => [role, { allow: facts.own(role), deny: denies(role, facts, problems) }]),
  );
  return { identity, problems };
}

function denies(role: string, facts: MatrixFacts, problems: MatrixProblem[]): readonly string[] {
  const { requests, offenders, needs } = facts;
  const bit = facts.roles.of([role]);
  const offending = requests.classes.filter((_, index) => (offenders[index] & bit) !== 0n);
  const found = new Set<string>();
  for (const each of offending) {
    const name = requests.denyOf(each);
    if (((needs.get(name) ?? 0n) & bit) !== 0n) addInexpressible(role, each, name, facts, problems);
    found.add(name);
  }
  // What other denies cover is left out, the narrowest first.
  const left = new Set(found);
  const coveredBy = offending.map((each) => requests.matching(each).filter((name) => found.has(name)));
  for (const name of narrowestFirst(found)) {
    if (coveredBy.every((by) => !by.includes(name) || by.some((other) => other !== name && left.has(other)))) {
      left.delete(name);
    }
  }
  return [...left];
}

function addInexpressible(
  role: string,
  { server, example }: RequestClass,
  name: string,
  { matrix, requests, roles, callers }: MatrixFacts,
  problems: MatrixProblem[],
): void {
  const bit = roles.of([role]);
  const endpoint = nameOf(matrix.endpoints[server]);
  if (problems.some((each) => each.role === role && each.endpoint === endpoint)) return;
  const own = requests.classes.find(
    (each) => each.plain && (callers[each.server] & bit) !== 0n && requests.matching(each).includes(name),
  ) as RequestClass;
  problems.push({
    code: 'inexpressible',
    role,
    endpoint,
    witness: example,
    what: `\`${role}\` is no caller of \`${endpoint}\`, but what it may call includes \`${example}\``,
    why: `no pattern of IAM denies that without denying \`${own.example}\`, of which it is a caller, since \`*\` spans \`/\``,
    mend: `list it as a caller of \`${endpoint}\`, give it a role of its own for one of the two, or change the literal part of one path`,
  });
}
