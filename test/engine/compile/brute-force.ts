import type { AccessMatrix, CompiledPolicies, MatrixEndpoint } from '../../../lib/engine/compile/access-matrix';

// Written apart from the compiler: concrete paths, routing and IAM, the plain way.

/** Every path up to a depth over these segments. */
export function paths(segments: readonly string[], depth: number): readonly string[] {
  let layer = [''];
  const found: string[] = [];
  for (let at = 0; at < depth; at += 1) {
    layer = layer.flatMap((path) => segments.map((segment) => `${path}/${segment}`));
    found.push(...layer);
  }
  return found;
}

/** The endpoint that serves a request; a slash at the end is of no account. */
export function route({ endpoints }: AccessMatrix, method: string, path: string): MatrixEndpoint | undefined {
  const plain = path === '/' ? path : path.replace(/\/$/, '');
  const serving = endpoints.filter((each) => each.method === method && regexOf(each.path).test(plain));
  return serving.sort((a, b) => (weights(a.path) < weights(b.path) ? -1 : 1))[0];
}

function regexOf(template: string): RegExp {
  return cached(template.replace(/\{[^}]*\+\}/g, '.+').replace(/\{[^}]*\}/g, '[^/]+'));
}

const regexes = new Map<string, RegExp>();

function cached(source: string): RegExp {
  const known = regexes.get(source) ?? new RegExp(`^${source}$`, 's');
  regexes.set(source, known);
  return known;
}

/** For templates of which one is the more literal in every segment, the order of these is that order. */
function weights(template: string): string {
  return template
    .split('/')
    .map((part) => (part.endsWith('+}') ? 2 : part.startsWith('{') ? 1 : 0))
    .join('');
}

function hit(patterns: readonly string[], suffix: string): boolean {
  return patterns.some((pattern) => cached(pattern.replaceAll('$', String.raw`\$`).replaceAll('*', '.*')).test(suffix));
}

/** What a resource policy of Denies says to a role, or to somebody who is none; `tag` is what it brings itself. */
export function guarded({ guard, tags }: CompiledPolicies, role: string, suffix: string, tag?: string): boolean {
  const value = tags.get(role) ?? tag;
  return guard.some(({ patterns, onlyCallers, onlyTagged, closedTo }) => {
    const hasTag =
      onlyTagged !== undefined && value !== undefined && cached(onlyTagged.replaceAll('*', '.*')).test(value);
    const spared = onlyCallers.includes(role) || hasTag;
    return (!spared || closedTo?.includes(role) === true) && hit(patterns, suffix);
  });
}

/** Whether the identity policy of a role alone allows it. */
export function identityAllows({ identity }: CompiledPolicies, role: string, suffix: string): boolean {
  const { allow, deny } = identity.get(role) ?? { allow: [], deny: [] };
  return hit(allow, suffix) && !hit(deny, suffix);
}

/** Whether the boundary of a role lets it through. */
export function bounded({ boundary }: CompiledPolicies, role: string, suffix: string): boolean {
  return hit(boundary.get(role) ?? [], suffix);
}
