import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Construct, IConstruct } from 'constructs';
import { misuse } from '../../private/errors';
import { bodySchema } from './open-api-models';
import type { EndpointOptions } from './endpoint-options';
import { DeclaredOperations } from './open-api-declared';
import { readIntegration } from './open-api-integration';
import type { ReadIntegration } from './open-api-integration';
import { requestParametersOf } from './open-api-parameters';
import type { OpenApiProps } from './open-api-props';

/** An operation with who calls it and what answers. */
export interface Operation extends EndpointOptions {
  readonly endpoint: string;
  readonly operationName: string;
  /** Of its JSON body. */
  readonly schema?: apigateway.JsonSchema;
}

const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'trace'];

/** Without a type checker there may be none. @throws BH1036 */
export function checkGiven(at: IConstruct, props: Partial<OpenApiProps> | undefined): void {
  if (typeof props?.callersByOperation === 'object' && props.callersByOperation !== null) return;
  throw unfit(at, '`callersByOperation` is missing');
}

/**
 * The operations of a document, each with its callers.
 *
 * @throws BH1035 where the document has no paths or an operation no id of its own, BH1036 where callers and operations do
 * not fit together, BH1037 where an operation has no integration, BH1038 where a body or a parameter cannot be checked, BH1039
 * where an integration of the document cannot be read
 */
export function operationsOf(at: Construct, document: unknown, props: OpenApiProps): readonly Operation[] {
  const { callersByOperation, integrationByOperation = {}, partnersByOperation = {} } = props;
  const found = namesOf(at, document);
  const declared = new DeclaredOperations(at, props);
  const listed = [callersByOperation, integrationByOperation, partnersByOperation].flatMap((each) => Object.keys(each));
  for (const stranger of listed) {
    if (!found.has(stranger)) throw unfit(at, `\`${stranger}\` is listed but is no operation of the document`);
  }
  return [...found].map(([operationName, { endpoint, item, operation }]) => {
    if (!Object.hasOwn(callersByOperation, operationName))
      throw unfit(at, `operation \`${operationName}\` (\`${endpoint}\`) has no callers`);
    const answer = answerOf(at, operation, operationName, props);
    const schema = props.validateBodies === false ? undefined : bodySchema(at, document, operation, operationName);
    const asked = requestParametersOf(at, document, { item, operation, whose: operationName });
    const requestParameters = asked && { ...answer.requestParameters, ...asked };
    return {
      endpoint,
      operationName,
      callers: callersByOperation[operationName],
      ...answer,
      ...(requestParameters === undefined ? {} : { requestParameters }),
      ...declared.read(operation, operationName),
      ...(asksForApiKey(document, operation) ? { apiKeyRequired: true } : {}),
      schema,
    };
  });
}

/** Whether its `security` names a key of API Gateway; at the root of a document it has no effect there. */
function asksForApiKey(document: unknown, operation: unknown): boolean {
  const { components, securityDefinitions } = map(document);
  const schemes = { ...map(securityDefinitions), ...map(map(components)['securitySchemes']) };
  const { security } = map(operation);
  const names = Array.isArray(security) ? security.flatMap((each) => Object.keys(map(each))) : [];
  return names.some((name) => {
    const { type, in: place, name: header, 'x-amazon-apigateway-authtype': other } = map(schemes[name]);
    const isKey = type === 'apiKey' && place === 'header' && String(header).toLowerCase() === 'x-api-key';
    return isKey && other === undefined;
  });
}

function map(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** What answers: as listed, else as the document says, else what is given for all. */
function answerOf(at: Construct, operation: unknown, name: string, props: OpenApiProps): ReadIntegration {
  const { integrationByOperation = {} } = props;
  if (Object.hasOwn(integrationByOperation, name)) return { integration: integrationByOperation[name] };
  const { 'x-amazon-apigateway-integration': written } = (operation ?? {}) as Readonly<Record<string, unknown>>;
  if (written !== undefined) return readIntegration(at, written, name);
  if (props.integration !== undefined) return { integration: props.integration };
  throw misuse(at, {
    code: 'BH1037',
    what: `operation \`${name}\` has no integration`,
    why: 'nothing would answer',
    mend: 'list it in `integrationByOperation`, write `x-amazon-apigateway-integration`, or give an `integration` for all',
  });
}

interface Named {
  readonly endpoint: string;
  /** What its path says of all of its operations. */
  readonly item: unknown;
  readonly operation: unknown;
}

/** `GET` is no method of OpenAPI: methods are written in lower case. */
function isInCapitals(key: string): boolean {
  return !METHODS.includes(key) && METHODS.includes(key.toLowerCase());
}

/** The operations by their ids. */
function namesOf(at: IConstruct, document: unknown): ReadonlyMap<string, Named> {
  const { paths } = (document ?? {}) as {
    readonly paths?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  const found = new Map<string, Named>();
  for (const [path, item] of Object.entries(paths ?? {})) {
    // A referenced path could hold anything, and so could a method that is not among these.
    const strange = Object.keys(item).find(
      (key) => key === '$ref' || key.startsWith('x-amazon-apigateway-any') || isInCapitals(key),
    );
    if (strange !== undefined) {
      throw unreadable(
        at,
        `path \`${path}\` has \`${strange}\``,
        'write out its methods in lower case, each with an `operationId`',
      );
    }
    for (const method of METHODS.filter((each) => Object.hasOwn(item, each))) {
      const { operationId } = (item[method] ?? {}) as { readonly operationId?: unknown };
      const endpoint = `${method.toUpperCase()} ${path}`;
      if (typeof operationId !== 'string' || operationId === '') {
        throw unreadable(
          at,
          `\`${endpoint}\` has no \`operationId\``,
          'give each operation one; `openApi()` writes the `operationName` of an endpoint, so give that where the document is of an API here',
        );
      }
      const other = found.get(operationId);
      if (other !== undefined) {
        throw unreadable(
          at,
          `\`${endpoint}\` has the \`operationId\` \`${operationId}\` of \`${other.endpoint}\``,
          'give each operation an `operationId` of its own',
        );
      }
      found.set(operationId, { endpoint, item, operation: item[method] });
    }
  }
  if (found.size === 0) {
    const mend = 'give the document as an object, with `paths`, and in each the methods';
    throw unreadable(
      at,
      typeof document === 'string' ? 'the document is text' : 'the document has no operations',
      mend,
    );
  }
  return found;
}

function unreadable(at: IConstruct, what: string, mend: string): Error {
  return misuse(at, { code: 'BH1035', what, why: 'callers are listed by operation', mend });
}

function unfit(at: IConstruct, what: string): Error {
  return misuse(at, {
    code: 'BH1036',
    what,
    why: 'a list that leaves one out is no access matrix',
    mend: 'list every operation of the document in `callersByOperation`, and nothing else',
  });
}
