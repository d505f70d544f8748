import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';

const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** A method and a path, read from `GET /orders/{id}`. */
export interface EndpointName {
  readonly method: string;
  readonly path: string;
}

/**
 * Reads the name of an endpoint.
 *
 * @throws BH1001 where it is no method and path, BH1002 for ANY, BH1006 for a greedy path without a reason
 */
export function parseEndpointName(
  at: IConstruct,
  name: string,
  { wildcardReason }: { readonly wildcardReason?: string } = {},
): EndpointName {
  if (Token.isUnresolved(name)) {
    throw malformed(at, name, 'it is known only at deployment', 'write method and path out');
  }
  const [method, path, ...more] = name.split(' ');
  if (method.toUpperCase() === 'ANY' || method === '*') {
    throw misuse(at, {
      code: 'BH1002',
      what: `endpoint \`${name}\` takes every method`,
      why: 'whoever may read could write',
      mend: 'add one endpoint for each method that exists',
    });
  }
  if (!METHODS.includes(method)) {
    throw malformed(at, name, `\`${method}\` is no method`, `use one of ${METHODS.join(', ')}`);
  }
  if (path === undefined || more.length > 0) {
    throw malformed(at, name, 'it is not one method, one space and one path', 'write it like `GET /orders/{id}`');
  }
  checkPath(at, name, path, wildcardReason);
  return { method, path };
}

/** @throws BH1037 where nothing answers: the CDK would take a mock, which answers everybody that it did */
export function checkAnswers(
  at: IConstruct,
  { method, path }: EndpointName,
  // Without a type checker the options can be missing.
  options: { readonly integration?: unknown } | undefined,
): void {
  if (options?.integration !== undefined && options.integration !== null) return;
  throw misuse(at, {
    code: 'BH1037',
    what: `endpoint \`${method} ${path}\` has no integration`,
    why: 'nothing would answer',
    mend: 'give one as `integration`, such as `new FunctionIntegration(fn)`',
  });
}

/** @throws BH1006 where there is a reason and nothing that needs it */
export function checkWildcardReason(at: IConstruct, { method, path }: EndpointName, reason: string | undefined): void {
  if (reason === undefined || path.endsWith('+}')) return;
  throw misuse(at, {
    code: 'BH1006',
    what: `endpoint \`${method} ${path}\` has a \`wildcardReason\` and no greedy segment`,
    why: 'it takes no paths but its own; a greedy one may have been meant',
    mend: 'leave it out, or end the path with a segment such as `{proxy+}`',
  });
}

function checkPath(at: IConstruct, name: string, path: string, wildcardReason: string | undefined): void {
  if (path === '/') return;
  const [before, ...segments] = path.split('/');
  if (before !== '') throw malformed(at, name, 'its path does not start with `/`', `write \`/${path}\``);
  const seen = new Set<string>();
  for (const [place, segment] of segments.entries()) {
    if (/^\{[\w.-]+\+\}$/.test(segment)) {
      if ((wildcardReason ?? '').trim() !== '' && place === segments.length - 1) continue;
      throw misuse(at, {
        code: 'BH1006',
        what: `endpoint \`${name}\` has the greedy segment \`${segment}\``,
        why: 'its callers could call everything below, what is added later included',
        mend: 'add one endpoint for each path that exists, or say in `wildcardReason` why all of them belong to the same callers; it has to be the last segment',
      });
    }
    const parameter = /^\{([\w.-]+)\}$/.exec(segment)?.[1];
    if (/^[:<]\w+>?$/.test(segment)) {
      throw malformed(at, name, `\`${segment}\` is no parameter here`, `write \`{${segment.replace(/\W/g, '')}}\``);
    }
    if (parameter === undefined && !/^[\w.:~-]+$/.test(segment)) {
      throw malformed(
        at,
        name,
        segment === '' ? 'its path has an empty segment' : `\`${segment}\` is no path segment`,
        'use letters, digits and `._:~-` in a segment, or one parameter in braces',
      );
    }
    if (segment === '.' || segment === '..') {
      throw malformed(at, name, `clients resolve \`${segment}\` before they call`, 'write the path that is called');
    }
    if (parameter === undefined) continue;
    if (seen.has(parameter)) throw malformed(at, name, `it has \`{${parameter}}\` twice`, 'name the parameters apart');
    seen.add(parameter);
  }
}

function malformed(at: IConstruct, name: string, why: string, mend: string): Error {
  const shown = Token.isUnresolved(name) ? 'a token' : `\`${name}\``;
  return misuse(at, { code: 'BH1001', what: `endpoint ${shown} cannot be read`, why, mend });
}
