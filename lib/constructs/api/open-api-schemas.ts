type Json = Readonly<Record<string, unknown>>;

const DEFINITION = '#/definitions/';

/**
 * Models of API Gateway as schemas of an OpenAPI document. What a model defines inside of itself stands in the components
 * of the document, which all operations share: two definitions of one name and different content get different names.
 */
export class WrittenSchemas {
  private readonly components = new Map<string, unknown>();

  /** The schema of a body; `undefined` where it is not known, or refers to what is not in it. */
  write(schema: unknown): object | undefined {
    if (!isMap(schema)) return undefined;
    const { $schema: _, definitions = {}, ...root } = schema;
    if (!isMap(definitions) || !isOnlyOf([root, definitions], definitions)) return undefined;
    const names = this.namesFor(definitions);
    for (const [name, each] of Object.entries(definitions)) {
      this.components.set(names.get(name) as string, moved(each, names));
    }
    return moved(root, names) as object;
  }

  named(): Json {
    return Object.fromEntries(this.components);
  }

  /** The names that they have, or the first that are free. */
  private namesFor(definitions: Json): ReadonlyMap<string, string> {
    for (let round = 1; ; round += 1) {
      const names = new Map(
        Object.keys(definitions).map((name) => [name, round === 1 ? name : `${name}_${round}`] as const),
      );
      const isFree = [...names].every(([name, free]) => {
        const taken = this.components.get(free);
        return taken === undefined || JSON.stringify(taken) === JSON.stringify(moved(definitions[name], names));
      });
      if (isFree) return names;
    }
  }
}

/** Whether all references lead to definitions of the schema, and nothing is known only at deployment. */
function isOnlyOf(value: unknown, definitions: Json): boolean {
  if (Array.isArray(value)) return value.every((each) => isOnlyOf(each, definitions));
  if (!isMap(value)) return true;
  return Object.entries(value).every(([key, each]) => {
    if (key === 'Ref' || key.startsWith('Fn::')) return false;
    if (key !== '$ref' || typeof each !== 'string') return isOnlyOf(each, definitions);
    return each.startsWith(DEFINITION) && Object.hasOwn(definitions, each.slice(DEFINITION.length));
  });
}

function moved(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((each) => moved(each, names));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) =>
      key === '$ref' && typeof each === 'string'
        ? [key, `#/components/schemas/${names.get(each.slice(DEFINITION.length))}`]
        : [key, moved(each, names)],
    ),
  );
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
