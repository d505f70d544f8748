import { alternatives, entries, member } from '../../model/read';
import { isAbsent, isMap } from '../../model/value';
import type { Value } from '../../model/value';

const ANY = 'x-amazon-apigateway-any-method';
const VERBS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace', ANY];

/** An operation of an OpenAPI definition. */
export interface Operation {
  /** In capitals; `ANY` for all of them. */
  readonly verb: string;
  readonly path: string;
  /** `GET /orders/{id}`. */
  readonly name: string;
  readonly value: Value;
  /** The definition that it stands in. */
  readonly body: Value;
}

/** The operations of one alternative of a definition, and the first part of it that cannot be read: a reference is one. */
export function operationsOf(body: Value): { readonly operations: readonly Operation[]; readonly unread?: Value } {
  const paths = isMap(body) ? body['paths'] : body;
  const items = alternatives(paths)
    .flatMap(entries)
    .flatMap(([path, item]) => alternatives(item).map((one) => ({ path, one })));
  const unread = [...alternatives(paths), ...items.map(({ one }) => one)].find(
    (each) => !isAbsent(each) && (!isMap(each) || '$ref' in each),
  );
  const operations = items.flatMap(({ path, one }) =>
    entries(one).flatMap(([key, value]): readonly Operation[] => {
      if (!VERBS.includes(key.toLowerCase())) return [];
      const verb = key.toLowerCase() === ANY ? 'ANY' : key.toUpperCase();
      return [{ verb, path, name: `${verb} ${path}`, value, body }];
    }),
  );
  return unread === undefined ? { operations } : { operations, unread };
}

/** The operations of all alternatives of a definition that can be read. */
export function definedOperations(body: Value | undefined): readonly Operation[] {
  return alternatives(body).flatMap((one) => operationsOf(one).operations);
}

/** Whether an operation is answered by API Gateway itself. */
export function isMockOperation({ value }: Operation): boolean {
  const type = member(value, 'x-amazon-apigateway-integration', 'type');
  return typeof type === 'string' && type.toUpperCase() === 'MOCK';
}
