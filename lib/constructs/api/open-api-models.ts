import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';

type Json = Readonly<Record<string, unknown>>;

/** Whose children are schemas, in a map, a list, or as they are. */
const CHILDREN: Readonly<Record<string, 'map' | 'list' | 'one'>> = {
  properties: 'map',
  allOf: 'list',
  items: 'one',
  not: 'one',
  additionalProperties: 'one',
};
const SUPPORTED = words(
  'type enum format pattern minLength maxLength minimum maximum exclusiveMaximum multipleOf minItems maxItems',
  'uniqueItems minProperties maxProperties required nullable properties allOf items not additionalProperties',
);
/** What says nothing of which bodies are right. */
const NOTES = words('title description example examples default deprecated externalDocs xml readOnly writeOnly');

function words(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')));
}

const DEFINITION = '#/definitions/';
const COMPONENT = /^#\/components\/schemas\/([\w.-]+)$/;

/**
 * The schema of an operation's JSON body as a model of API Gateway, which is JSON schema draft 4; `undefined` where the
 * operation takes no JSON. `at` is where the document is used, `whose` the operation.
 *
 * @throws BH1038 for keywords that API Gateway does not take, which would let through what the document forbids
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function bodySchema(
  at: IConstruct,
  document: unknown,
  operation: unknown,
  whose: string,
): apigateway.JsonSchema | undefined {
  const reader = new SchemaReader(at, map(map(map(document)['components'])['schemas']), whose);
  const given = map(map(operation)['requestBody']);
  const shared = /^#\/components\/requestBodies\/([\w.-]+)$/.exec(word(given['$ref']))?.[1];
  if ('$ref' in given && shared === undefined) throw reader.unsupported('`$ref`', 'requestBody');
  const body = shared === undefined ? given : map(map(map(map(document)['components'])['requestBodies'])[shared]);
  const types = Object.entries(map(body['content']));
  const json = types.filter(([type]) => /^application\/(?:[\w.-]+\+)?json\b/.test(type));
  if (json.length === 0) return undefined;
  if (types.length > 1) throw reader.unsupported('more than one content type', 'requestBody');
  const { schema } = map(json[0][1]);
  return schema === undefined ? undefined : reader.whole(schema);
}

class SchemaReader {
  private readonly definitions = new Map<string, unknown>();

  constructor(
    private readonly at: IConstruct,
    private readonly components: Json,
    private readonly whose: string,
  ) {}

  whole(schema: unknown): apigateway.JsonSchema {
    let root = map(this.read(schema, 'body'));
    // Beside a reference, draft 4 looks at nothing else: what it leads to stands in its place.
    for (let left = this.definitions.size; '$ref' in root && left > 0; left -= 1) {
      root = map(this.definitions.get(word(root['$ref']).slice(DEFINITION.length)));
    }
    if ('$ref' in root) throw this.unsupported('a reference to itself', 'body');
    const definitions = Object.fromEntries(this.definitions);
    return { ...root, ...(this.definitions.size === 0 ? {} : { definitions }) } as apigateway.JsonSchema;
  }

  unsupported(what: string, where: string): Error {
    return misuse(this.at, {
      code: 'BH1038',
      what: `\`${this.whose}\` has ${what} at \`${where}\``,
      why: 'API Gateway does not check it, and would let through what the document forbids',
      mend: 'write the schema without it, or set `validateBodies: false` and check the body in the function',
    });
  }

  private read(schema: unknown, where: string): unknown {
    if (typeof schema === 'boolean') return schema;
    const given = map(schema);
    if ('$ref' in given) return { $ref: this.refer(word(given['$ref']), where) };
    const found: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(given)) {
      if (NOTES.has(key) || key.startsWith('x-')) continue;
      if (!SUPPORTED.has(key)) throw this.unsupported(`the keyword \`${key}\``, where);
      found[key] = this.child(key, value, `${where}.${key}`);
    }
    return this.nullable(found, where);
  }

  private child(key: string, value: unknown, where: string): unknown {
    switch (CHILDREN[key]) {
      case 'map':
        return Object.fromEntries(
          Object.entries(map(value)).map(([name, each]) => [name, this.read(each, `${where}.${name}`)]),
        );
      case 'list':
        return (Array.isArray(value) ? value : []).map((each, index) => this.read(each, `${where}.${index}`));
      case 'one':
        return this.read(value, where);
    }
    return value;
  }

  /** OpenAPI 3.0 has a keyword for what JSON schema says by a type. */
  private nullable({ nullable, ...rest }: Record<string, unknown>, where: string): unknown {
    if (nullable !== true) return rest;
    if (typeof rest['type'] !== 'string') throw this.unsupported('`nullable` without a type', where);
    const values: unknown = rest['enum'];
    return {
      ...rest,
      type: [rest['type'], 'null'],
      ...(Array.isArray(values) ? { enum: [...new Set<unknown>([...(values as unknown[]), null])] } : {}),
    };
  }

  /** A definition may name itself: it is there before it is read. */
  private refer(reference: string, where: string): string {
    const name = COMPONENT.exec(reference)?.[1];
    if (name === undefined || !Object.hasOwn(this.components, name)) {
      throw this.unsupported(`a reference to \`${reference}\``, where);
    }
    if (!this.definitions.has(name)) {
      this.definitions.set(name, {});
      this.definitions.set(name, this.read(this.components[name], name));
    }
    return DEFINITION + name;
  }
}

function map(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
