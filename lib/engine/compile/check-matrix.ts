import { moreLiteral, parseTemplate } from './endpoint-template';
import type { Segment } from './endpoint-template';
import { KEYLESS, nameOf } from './matrix';
import type { AccessMatrix, MatrixEndpoint, MatrixProblem } from './matrix';
import type { Served } from './request-classes';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The endpoints with their templates read, in the order of the matrix, or what is wrong with them. */
export function checkMatrix({ stage, endpoints }: AccessMatrix): readonly Served[] | { problems: MatrixProblem[] } {
  const problems: MatrixProblem[] = [];
  if (!/^([\w-]{1,128}|\$default)$/.test(stage)) {
    problems.push({
      code: 'stage',
      what: `\`${stage}\` is no name of a stage`,
      mend: 'use letters, digits, `-` and `_`, at most 128, or `$default` of an HTTP API',
    });
  }
  if (endpoints.length === 0) {
    problems.push({ code: 'no-endpoints', what: 'the API has no endpoints', mend: 'declare at least one endpoint' });
  }
  const served = endpoints.map((endpoint) => {
    problems.push(...checkMethod(endpoint), ...checkCallers(endpoint));
    const segments = parseTemplate(endpoint.path);
    if (typeof segments !== 'string') return { method: endpoint.method, segments };
    problems.push({
      code: 'path',
      endpoint: nameOf(endpoint),
      what: `the path of \`${nameOf(endpoint)}\` cannot be read: ${segments}`,
      mend: 'write it like `/orders/{id}`',
    });
    return { method: endpoint.method, segments: [] as readonly Segment[] };
  });
  if (problems.length === 0) problems.push(...checkPairs(endpoints, served));
  return problems.length === 0 ? served : { problems };
}

function checkMethod(endpoint: MatrixEndpoint): readonly MatrixProblem[] {
  const { method } = endpoint;
  if (METHODS.includes(method)) return [];
  const mend = `use one of ${METHODS.join(', ')}`;
  if (method !== 'ANY' && method !== '*') {
    return [{ code: 'method', endpoint: nameOf(endpoint), what: `\`${method}\` is no method`, mend }];
  }
  return [
    {
      code: 'any-method',
      endpoint: nameOf(endpoint),
      what: `\`${nameOf(endpoint)}\` takes every method`,
      why: 'a reader of it would be a writer',
      mend: 'declare one endpoint for each method',
    },
  ];
}

function checkCallers(endpoint: MatrixEndpoint): readonly MatrixProblem[] {
  const name = nameOf(endpoint);
  const { callers } = endpoint;
  if (callers.length === 0) {
    return [
      {
        code: 'no-callers',
        endpoint: name,
        what: `endpoint \`${name}\` has no callers`,
        why: 'nobody could call it',
        mend: 'list at least one role in `callers`, or remove the endpoint',
      },
    ];
  }
  if (callers.includes(KEYLESS) && callers.length > 1) {
    return [
      {
        code: 'keyless',
        endpoint: name,
        what: `endpoint \`${name}\` has callers with and without a principal of AWS`,
        why: 'a method of API Gateway has one kind of authorization',
        mend: 'declare two endpoints',
      },
    ];
  }
  const twice = new Set(callers.filter((caller, index) => callers.indexOf(caller) !== index));
  return [...twice].map((role) => ({
    code: 'caller-twice',
    endpoint: name,
    role,
    what: `endpoint \`${name}\` lists \`${role}\` twice`,
    mend: 'list each caller once',
  }));
}

function checkPairs(endpoints: readonly MatrixEndpoint[], served: readonly Served[]): readonly MatrixProblem[] {
  return served.flatMap((one, first) =>
    served
      .slice(first + 1)
      .flatMap((other, offset) =>
        pairProblem(
          { name: nameOf(endpoints[first]), ...one },
          { name: nameOf(endpoints[first + 1 + offset]), ...other },
        ),
      ),
  );
}

type Named = Served & { readonly name: string };

function pairProblem(one: Named, other: Named): readonly MatrixProblem[] {
  if (one.method !== other.method) return [];
  const relation = moreLiteral(one.segments, other.segments);
  const [a, b] = [one.name, other.name];
  if (relation === 'same') {
    return [
      {
        code: 'duplicate',
        endpoint: b,
        what: a === b ? `endpoint \`${a}\` is declared twice` : `\`${a}\` and \`${b}\` are the same endpoint`,
        mend: 'declare it once, with all its callers',
      },
    ];
  }
  if (relation !== 'neither') return [];
  const witness = `${one.method} ${commonPath(one.segments, other.segments)}`;
  return [
    {
      code: 'ambiguous',
      endpoint: b,
      witness,
      what: `\`${a}\` and \`${b}\` both match \`${witness}\`, and neither is the more literal in every segment`,
      why: 'it is not known which of them API Gateway would serve it by',
      mend: 'change the literal part of one of the paths, so that no request matches both',
    },
  ];
}

/** What is wrong with two endpoints side by side, whatever else an API has; `undefined` where nothing is. */
export function problemOfPair(
  a: Pick<MatrixEndpoint, 'method' | 'path'>,
  b: Pick<MatrixEndpoint, 'method' | 'path'>,
): MatrixProblem | undefined {
  const [one, other] = [a, b].map(({ method, path }) => {
    const segments = parseTemplate(path);
    return typeof segments === 'string' ? undefined : { name: `${method} ${path}`, method, segments };
  });
  return one === undefined || other === undefined ? undefined : pairProblem(one, other)[0];
}

function commonPath(a: readonly Segment[], b: readonly Segment[]): string {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, index) => {
    const literal = [a[index], b[index]].find((segment) => segment?.kind === 'literal');
    return `/${literal?.kind === 'literal' ? literal.text : 'x'}`;
  }).join('');
}
