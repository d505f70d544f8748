import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';

type Json = Readonly<Record<string, unknown>>;

const PLACES: Readonly<Record<string, string>> = { query: 'querystring', header: 'header' };
const WRITTEN: Readonly<Record<string, string>> = { querystring: 'query', header: 'header' };
/** What API Gateway takes for the name of a parameter. */
const NAME = /^[\w.$-]+$/;
const REQUEST_PARAMETER = /^method\.request\.(querystring|header|path)\.([\w.$-]+)$/;

/** A parameter of OpenAPI. Its values are text, of which API Gateway looks at nothing but whether they are there. */
export interface WrittenParameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: { readonly type: 'string' };
}

/** The parameters of an endpoint as OpenAPI has them; `undefined` where one is no name of a query string or header. */
export function writtenParameters(
  path: string,
  requestParameters: Readonly<Record<string, boolean>> = {},
): readonly WrittenParameter[] | undefined {
  const schema = { type: 'string' } as const;
  const found = [...path.matchAll(/\{([\w.-]+)\+?\}/g)].map(
    ([, name]): WrittenParameter => ({ name, in: 'path', required: true, schema }),
  );
  for (const [key, required] of Object.entries(requestParameters)) {
    const [, place, name] = REQUEST_PARAMETER.exec(key) ?? [];
    if (place === undefined) return undefined;
    // A path without its parameters is another path.
    if (place !== 'path') found.push({ name, in: WRITTEN[place], required, schema });
  }
  return found;
}

/**
 * The query string parameters and headers of an operation, and whether each is required. Those of its path count too,
 * where it has none of that name itself. Schemas are not read, since API Gateway looks only at whether a value is there.
 *
 * @throws BH1038 for a parameter that API Gateway cannot ask for: a required cookie, a form, a name that it does not take
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export function requestParametersOf(
  at: IConstruct,
  document: unknown,
  of: { readonly item: unknown; readonly operation: unknown; readonly whose: string },
): { [name: string]: boolean } | undefined {
  const refuse = (what: string): Error =>
    misuse(at, {
      code: 'BH1038',
      what: `\`${of.whose}\` has ${what}`,
      why: 'API Gateway would not ask for it, and let through what the document forbids',
      mend: 'write it as an optional parameter of the query string or a header, and ask for it in the function',
    });
  const found: Record<string, boolean> = {};
  for (const given of [...listOf(of.item), ...listOf(of.operation)]) {
    const { name, in: place, required = false } = shared(document, given) ?? {};
    if (typeof name !== 'string' || typeof place !== 'string' || typeof required !== 'boolean') {
      throw refuse('a parameter that is not written out');
    }
    if (place === 'path' || (place === 'cookie' && !required)) continue;
    if (!Object.hasOwn(PLACES, place)) throw refuse(`the parameter \`${name}\` in \`${place}\``);
    if (NAME.test(name)) found[`method.request.${PLACES[place]}.${name}`] = required;
    else if (required) throw refuse(`the required parameter \`${name}\`, a name that API Gateway does not take`);
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

function listOf(of: unknown): readonly unknown[] {
  const { parameters } = (of ?? {}) as { readonly parameters?: unknown };
  return Array.isArray(parameters) ? parameters : [];
}

function shared(document: unknown, given: unknown): Json | undefined {
  const { $ref } = (given ?? {}) as { readonly $ref?: unknown };
  if ($ref === undefined) return given as Json;
  const name = /^#\/components\/parameters\/([\w.-]+)$/.exec(typeof $ref === 'string' ? $ref : '')?.[1];
  const { components } = (document ?? {}) as { readonly components?: { readonly parameters?: Json } };
  return name === undefined ? undefined : (components?.parameters?.[name] as Json | undefined);
}
