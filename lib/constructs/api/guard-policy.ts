import { Lazy, Stack, Token } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { GUARD_VARIABLE } from '../../model/guard-policy';
import type { GuardCaller, GuardPolicy, GuardToken } from '../../model/guard-policy';
import { misuse } from '../../private/errors';
import { writtenProperties } from '../../private/written-properties';
import { worstCaseLength } from '../../private/policy-size';

const CALLERS = Symbol.for('cdk-bulkhead.callers');
const GUARD = Symbol.for('cdk-bulkhead.guard');

/**
 * Characters of all environment variables of a function together, names included.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const ENVIRONMENT_LIMIT = 4096;
/** `111122223333/` and a role's name. */
const ROLE = 13 + 64;
/** A role's ARN with the longest partition and no path. */
const ROLE_ARN = 'arn:aws-us-gov:iam::111122223333:role/'.length + 64;

/** Who may call an endpoint, as the guard of a function checks it. */
export interface EndpointCallers {
  readonly roles?: readonly iam.IRole[];
  readonly tokens?: readonly GuardToken[];
}

/** An endpoint of an API, for the policy of the function behind it. */
export interface GuardedEndpoint {
  /** `GET /orders/{id}`. */
  readonly name: string;
  /** Asked for when the template is written: an endpoint may be declared after its integration is bound. */
  readonly callers: () => EndpointCallers | undefined;
  /** The name of the stage as it was written, also asked for then. */
  readonly stage: () => string;
}

/** Remembers at a method who may call it, for `methodCallers`. */
export function declareMethodCallers(method: apigateway.Method, callers: EndpointCallers): void {
  Object.defineProperty(method, CALLERS, { value: callers, configurable: true });
}

/** Who may call a method; `undefined` where nobody was declared. */
export function methodCallers(method: apigateway.Method): EndpointCallers | undefined {
  return (method as { [CALLERS]?: EndpointCallers })[CALLERS];
}

/** Who may call a route, on which stage. */
export interface RouteCallers extends EndpointCallers {
  readonly stage: string;
}

/** Remembers the same at a route of an HTTP API. */
export function declareRouteCallers(route: apigatewayv2.HttpRoute, callers: RouteCallers): void {
  Object.defineProperty(route, CALLERS, { value: callers, configurable: true });
}

/** Who may call a route; `undefined` where nobody was declared. */
export function routeCallers(route: apigatewayv2.IHttpRoute): RouteCallers | undefined {
  return (route as { [CALLERS]?: RouteCallers })[CALLERS];
}

/**
 * Puts who may call an endpoint into the environment of the function that answers it, where `guard` of
 * `cdk-bulkhead/runtime` reads it. Nothing happens for an imported function, whose environment is not ours.
 *
 * The policy names roles and the literal name of the stage, nothing of the API: the API names the function. It makes
 * the function's stack depend on those of the roles.
 */
export function shipGuardPolicy(handler: lambda.IFunction, api: IConstruct, endpoint: GuardedEndpoint): void {
  const fn = functionBehind(handler);
  if (fn === undefined) return;
  const held = fn as { [GUARD]?: ShippedPolicy };
  held[GUARD] ??= new ShippedPolicy(fn);
  held[GUARD].add(api, endpoint);
}

/** The function behind an alias or a version, if it is one of this app. */
function functionBehind(handler: lambda.IFunction): lambda.Function | undefined {
  const { lambda: behind } = handler as { readonly lambda?: lambda.IFunction };
  if (behind !== undefined) return functionBehind(behind);
  return 'addEnvironment' in handler && lambda.CfnFunction.isCfnFunction(handler.node.defaultChild)
    ? (handler as lambda.Function)
    : undefined;
}

/** What is shipped with one function. */
class ShippedPolicy {
  private readonly endpoints: { readonly api: IConstruct; readonly endpoint: GuardedEndpoint }[] = [];

  constructor(private readonly fn: lambda.Function) {
    fn.addEnvironment(GUARD_VARIABLE, Lazy.string({ produce: () => this.text() }));
    fn.node.addValidation({ validate: () => [...this.checkApis(), ...this.checkSize(), ...this.checkShipped()] });
  }

  public add(api: IConstruct, endpoint: GuardedEndpoint): void {
    this.endpoints.push({ api, endpoint });
  }

  private text(): string | undefined {
    const policy = this.policy((role) => (isLiteral(role) ? role.roleArn : reference(role)));
    return policy === undefined ? undefined : Stack.of(this.fn).toJsonString(policy);
  }

  /** `undefined` where no endpoint has declared callers. */
  private policy(nameOf: (role: iam.IRole) => string): GuardPolicy | undefined {
    const callers: GuardCaller[] = [];
    const places = new Map<string, number>();
    const place = (caller: GuardCaller): number => {
      const key = JSON.stringify(caller);
      if (!places.has(key)) places.set(key, callers.push(caller) - 1);
      return places.get(key) as number;
    };
    const declared = this.declared();
    if (declared.length === 0) return undefined;
    const endpoints = declared.map(({ endpoint }) => {
      const { roles = [], tokens = [] } = endpoint.callers() as EndpointCallers;
      return [endpoint.name, [...roles.map((role) => place(nameOf(role))), ...tokens.map(place)]];
    });
    return { version: 1, stage: declared[0].endpoint.stage(), callers, endpoints: Object.fromEntries(endpoints) };
  }

  /** The endpoints that have callers. A method of a plain API has none. */
  private declared() {
    return this.endpoints.filter(({ endpoint }) => {
      const { roles = [], tokens = [] } = endpoint.callers() ?? {};
      return roles.length + tokens.length > 0;
    });
  }

  private checkApis(): string[] {
    const [first, ...more] = this.declared();
    const other = more.find(({ api, endpoint }) => api !== first.api || endpoint.stage() !== first.endpoint.stage());
    if (other === undefined) return [];
    const error = misuse(this.fn, {
      code: 'BH1040',
      what: `the function answers for two APIs, ${first.api.node.path} and ${other.api.node.path}`,
      why: 'its guard could not tell whose callers count',
      mend: 'give each API a function of its own, or pass `guardPolicy: false` to the FunctionIntegration of one of them',
    });
    return [error.message];
  }

  /** Something else under the name would be what the guard of the function decides by. */
  private checkShipped(): string[] {
    const own = this.text();
    if (own === undefined) return [];
    const shipped = variablesOf(this.fn)[GUARD_VARIABLE];
    if (JSON.stringify(Stack.of(this.fn).resolve(own)) === JSON.stringify(shipped)) return [];
    const error = misuse(this.fn, {
      code: 'BH1047',
      what: `the variable \`${GUARD_VARIABLE}\` of the function was ${shipped === undefined ? 'taken away' : 'replaced'}`,
      why: 'its guard would decide by another policy than the one that was declared',
      mend: 'leave the variable alone; to ship a policy of your own, pass `guardPolicy: false` to the FunctionIntegration',
    });
    return [error.message];
  }

  private checkSize(): string[] {
    const places = new Map<iam.IRole, number>();
    const policy = this.policy((role) => {
      if (!places.has(role)) places.set(role, places.size);
      return isLiteral(role) ? role.roleArn : `${places.get(role)}`.padStart(isOwned(role) ? ROLE : ROLE_ARN, '-');
    });
    if (policy === undefined) return [];
    const own = GUARD_VARIABLE.length + JSON.stringify(policy).length;
    const { environment } = this.fn.node.defaultChild as lambda.CfnFunction;
    const { variables = {} } = Stack.of(this.fn).resolve(environment) ?? {};
    const length = Object.entries(variables)
      .filter(([name]) => name !== GUARD_VARIABLE)
      .reduce((sum, [name, value]) => sum + name.length + worstCaseLength(value) - '""'.length, own);
    if (length <= ENVIRONMENT_LIMIT) return [];
    const error = misuse(this.fn, {
      code: 'BH1041',
      what: `the environment of the function is up to ${length} characters long, ${own} of them for the ${Object.keys(policy.endpoints).length} endpoints and ${policy.callers.length} callers that its guard checks; the limit is ${ENVIRONMENT_LIMIT}`,
      why: 'Lambda would refuse it at deployment',
      mend: 'split the function by duty, or pass `guardPolicy: false` to its FunctionIntegration',
    });
    return [error.message];
  }
}

/** The environment as it will be in the template, raw overrides included. */
function variablesOf(fn: lambda.Function): Readonly<Record<string, unknown>> {
  const resource = fn.node.defaultChild as lambda.CfnFunction;
  return (writtenProperties(resource) as Written).Environment?.Variables ?? {};
}

interface Written {
  readonly Environment?: { readonly Variables?: Readonly<Record<string, unknown>> };
}

/** A role that is known by its whole ARN before deployment. */
function isLiteral({ roleArn }: iam.IRole): boolean {
  return !Token.isUnresolved(roleArn);
}

function isOwned(role: iam.IRole): boolean {
  return iam.CfnRole.isCfnRole(role.node.defaultChild);
}

/** Account and name of a role of this app, which are shorter than its ARN; the name of an import may be in parts. */
function reference(role: iam.IRole): string {
  return isOwned(role) ? `${role.env.account}/${role.roleName}` : role.roleArn;
}
