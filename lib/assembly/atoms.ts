import type { Scope } from './scope';

/**
 * The name of the fact that a source, such as a parameter, equals a literal. It is the name of the condition that says
 * so where there is one: then choices by `Fn::If` and choices by the parameter's allowed values correlate.
 */
export function equalityAtom(scope: Scope, source: string, literal: string): string {
  const equality = `${source}=${literal}`;
  return nameIn(scope, equality) ?? equality;
}

/** Whether the template names this fact. */
export function isNamedEquality(scope: Scope, source: string, literal: string): boolean {
  return nameIn(scope, `${source}=${literal}`) !== undefined;
}

function nameIn(scope: Scope, equality: string): string | undefined {
  const here = scope.namedEqualities.get(equality);
  if (here !== undefined) return here;
  // A parameter of the parent, passed down: the name is the parent's.
  return scope.parent === undefined ? undefined : nameIn(scope.parent.scope, equality);
}
