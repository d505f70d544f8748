import { Lazy, Stack } from 'aws-cdk-lib';
import type { CfnResource } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DeferredPolicyDocument } from '../../private/deferred-policy-document';
import { misuse } from '../../private/errors';
import { declareIntent } from '../intent';
import { ApiAccess } from './api-access';
import { parseEndpointName } from './endpoint-name';
import { EndpointTable } from './endpoint-table';
import type { ExistingApiOptions } from './existing-api-options';
import { declareMethodCallers } from './guard-policy';
import { checkStageName } from './stage-checks';

/** Who may call what of an API that is there already: role lists by `GET /orders/{id}`. */
export type CallersByEndpoint = { readonly [endpoint: string]: readonly iam.IRole[] };

/** The guard of an API that was made elsewhere. */
export class ExistingApiGuard extends Construct {
  private readonly access: ApiAccess;
  private readonly declared = new Map<string, readonly iam.IRole[]>();

  constructor(
    public readonly restApi: apigateway.RestApiBase,
    callers: CallersByEndpoint,
    options: ExistingApiOptions,
  ) {
    super(restApi, 'Bulkhead');
    const resource = this.ownResource();
    const stageName = this.stageName();
    this.access = new ApiAccess(this, { ...options, stageName });
    const table = new EndpointTable(this);
    for (const [endpoint, roles] of Object.entries(callers)) {
      const name = parseEndpointName(this, endpoint, { wildcardReason: 'declared by the API underneath' });
      table.add(name);
      this.access.declare(name, { callers: roles });
      this.declared.set(`${name.method} ${name.path}`, roles);
    }
    resource.policy = new DeferredPolicyDocument(() => this.access.resourcePolicy());
    restApi.latestDeployment?.addToLogicalId(Lazy.any({ produce: () => this.access.fingerprint() }));
    declareIntent(resource, { kind: 'api', path: restApi.node.path, stage: stageName });
    for (const method of this.methods()) this.adopt(method);
    this.node.addValidation({ validate: () => this.validateMethods() });
  }

  private ownResource(): apigateway.CfnRestApi {
    const resource = this.restApi.node.defaultChild;
    if (resource === undefined || !apigateway.CfnRestApi.isCfnRestApi(resource)) {
      throw misuse(this.restApi, {
        code: 'BH1030',
        what: 'the API is not of this app',
        why: 'its resource policy cannot be written here',
        mend: 'call `guard` where the API is made',
      });
    }
    // Of a RestApi it is asked for when the template is written.
    if (Stack.of(this).resolve(resource.policy) !== undefined) {
      throw misuse(this.restApi, {
        code: 'BH1031',
        what: 'the API has a resource policy already',
        why: 'there is one for each API, and an Allow in it could open what the guard closes',
        mend: 'take it away; declare partners of other accounts with a LeastPrivilegeRestApi',
      });
    }
    return resource;
  }

  private stageName(): string {
    const stage = this.restApi.deploymentStage?.node.defaultChild as apigateway.CfnStage | undefined;
    const name = stage?.stageName ?? '';
    checkStageName(this.restApi, name);
    return name;
  }

  /** Of an API that comes from a specification, the methods are not known. */
  private methods(): readonly apigateway.Method[] {
    return (this.restApi as { methods?: apigateway.Method[] }).methods ?? [];
  }

  private adopt(method: apigateway.Method): void {
    const name = { method: method.httpMethod, path: method.resource.path };
    const endpoint = `${name.method} ${name.path}`;
    const roles = this.declared.get(endpoint);
    if (roles === undefined) {
      // Preflights carry no credentials.
      if (isPreflight(method)) this.access.declareKeyless(name, { needsAllow: true });
      return;
    }
    declareMethodCallers(method, { roles });
    declareIntent(method.node.defaultChild as CfnResource, {
      kind: 'endpoint',
      api: this.restApi.node.path,
      endpoint,
      callers: roles.map((role) => role.node.path),
      highValue: false,
    });
  }

  private validateMethods(): string[] {
    const methods = this.methods();
    const names = new Set(methods.map((method) => `${method.httpMethod} ${method.resource.path}`));
    const problems = methods.flatMap((method) => this.problemsOf(method));
    const missing = methods.length === 0 ? [] : [...this.declared.keys()].filter((name) => !names.has(name));
    return [...problems, ...missing.map((name) => this.problem(name, 'is declared but the API has no such method'))];
  }

  private problemsOf(method: apigateway.Method): string[] {
    const name = `${method.httpMethod} ${method.resource.path}`;
    if (isPreflight(method)) return [];
    if (!this.declared.has(name)) return [this.problem(name, 'has no callers')];
    const { authorizationType } = method.node.defaultChild as apigateway.CfnMethod;
    return authorizationType === 'AWS_IAM'
      ? []
      : [this.problem(name, `has the authorization ${authorizationType}, where AWS_IAM is expected`)];
  }

  private problem(name: string, what: string): string {
    return misuse(this.restApi, {
      code: 'BH1032',
      what: `method \`${name}\` ${what}`,
      why: 'a guard that leaves a method out is none',
      mend: 'list every method with its callers, set AuthorizationType.IAM on it, and call `guard` after all were added',
    }).message;
  }
}

/** A mock that answers OPTIONS for everyone. */
function isPreflight(method: apigateway.Method): boolean {
  const { authorizationType, integration } = method.node.defaultChild as apigateway.CfnMethod;
  const { type } = (integration ?? {}) as { readonly type?: string };
  return method.httpMethod === 'OPTIONS' && authorizationType === 'NONE' && type === 'MOCK';
}
