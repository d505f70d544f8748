// The policies of an access matrix: sizes and time, beside one statement for each cell and beside CDK's `grantExecute`.
// Needs a build.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url));
const load = (path) => require(join(root, 'dist/lib', path));
const { compileAccessMatrix } = load('engine/compile/access-matrix.js');
const { verifyCompiled } = load('engine/compile/verify-compiled.js');
const { resourcePolicy } = load('constructs/api/resource-policy.js');
const { worstCaseLength } = load('private/policy-size.js');
const { CallerGrouping, GuardDetail, LeastPrivilegeRestApi, WorkloadRole } = load('index.js');
const { App, CfnResource, Stack } = require('aws-cdk-lib');
const apigateway = require('aws-cdk-lib/aws-apigateway');
const iam = require('aws-cdk-lib/aws-iam');
const { Template } = require('aws-cdk-lib/assertions');

const ACCOUNT = '111122223333';
const API = `arn:aws-us-gov:execute-api:us-isof-south-1:${ACCOUNT}:abcde12345`;
/** As long as a role's name may be. */
const arnOf = (role) => `arn:aws-us-gov:iam::${ACCOUNT}:role/${role.padEnd(64, '-')}`;
const BY_TAG = { key: 'cdk-bulkhead:calls:0a1b2c3d', ownRoles: `arn:aws-us-gov:iam::${ACCOUNT}:role/*` };

/** Trees of ten endpoints, each with readers, a writer and an approver; neighbours share roles. Every role calls. */
export function matrixOf(endpoints, roles, stage = 'prod') {
  const trees = endpoints / 10;
  const all = Array.from({ length: trees }, (_, tree) => {
    const first = Math.floor((tree * roles) / trees);
    const next = Math.floor(((tree + 1) * roles) / trees);
    const [reader, writer, approver] = [0, 1, 2].map((at) => `role${(first + at) % roles}`);
    const others = Array.from({ length: Math.max(0, next - first - 3) }, (_, at) => `role${first + 3 + at}`);
    const [read, write, approve] = [[reader, writer, approver, ...others], [writer, approver], [approver]];
    const base = `/${['orders', 'invoices', 'customers', 'parcels', 'contracts', 'tickets'][tree % 6]}-${tree}`;
    return [
      ['GET', '', read],
      ['POST', '', write],
      ['GET', '/{id}', read],
      ['PUT', '/{id}', write],
      ['DELETE', '/{id}', approve],
      ['GET', '/{id}/items', write],
      ['POST', '/{id}/items', write],
      ['GET', '/{id}/items/{item}', write],
      ['PUT', '/{id}/items/{item}', write],
      ['POST', '/{id}/approval', approve],
    ].map(([method, path, callers]) => ({ method, path: base + path, callers: [...new Set(callers)] }));
  });
  return { stage, endpoints: all.flat() };
}

const statement = (Effect, Resource, more = {}) => ({ Effect, Action: 'execute-api:Invoke', Resource, ...more });
const document = (Statement) => ({ Version: '2012-10-17', Statement });
const rolesOf = ({ endpoints }) => [...new Set(endpoints.flatMap(({ callers }) => callers))];
const longest = (lengths) => Math.max(0, ...lengths);

function identityLength({ allow, deny }) {
  const arns = (patterns) => patterns.map((each) => `${API}/${each}`);
  return worstCaseLength(
    document([
      ...(allow.length ? [statement('Allow', arns(allow))] : []),
      ...(deny.length ? [statement('Deny', arns(deny))] : []),
    ]),
  );
}

/** Who is let in by identity policies alone without being a caller, counted by role and endpoint. */
function wrongCells(matrix, compiled) {
  return verifyCompiled(matrix, compiled).filter(({ why }) => why === 'its identity policy allows it').length;
}

function ours(what, matrix, layout) {
  const start = process.hrtime.bigint();
  const compiled = compileAccessMatrix(matrix, layout);
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems[0]));
  const byTag = compiled.tags.size > 0 ? BY_TAG : undefined;
  const guard = new iam.PolicyDocument({ statements: resourcePolicy(compiled, arnOf, byTag), minimize: true }).toJSON();
  return row(what, {
    ms,
    guard: worstCaseLength(guard),
    statements: guard.Statement.length,
    identity: longest([...compiled.identity.values()].map(identityLength)),
    boundary: longest([...compiled.boundary.values()].map((allow) => identityLength({ allow, deny: [] }))),
    wrong: wrongCells(matrix, compiled),
  });
}

/** Every cell a statement of its own, and a Deny for every endpoint. */
function naive(what, matrix) {
  const exact = compileAccessMatrix(matrix);
  const allowed = new Map([...exact.identity].map(([role, { allow }]) => [role, { allow, deny: [] }]));
  const guard = matrix.endpoints.map(({ method, path, callers }) =>
    statement('Deny', `execute-api:/${matrix.stage}/${method}${path.replaceAll(/\{[^}]*\}/g, '*')}`, {
      Principal: '*',
      Condition: { StringNotEquals: { 'aws:PrincipalArn': callers.map(arnOf) } },
    }),
  );
  const identity = [...allowed.values()].map(({ allow }) =>
    worstCaseLength(document(allow.map((each) => statement('Allow', `${API}/${each}`)))),
  );
  return row(what, {
    guard: worstCaseLength(document(guard)),
    statements: guard.length,
    identity: longest(identity),
    wrong: wrongCells(matrix, { ...exact, identity: allowed }),
  });
}

/** A stack with roles and an API: of a definition, which is one resource, or of methods. What does not fit is counted. */
function stackOf(what, matrix, { isSpec }) {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Stack', {
    env: { account: ACCOUNT, region: 'eu-west-1' },
  });
  const start = process.hrtime.bigint();
  const roles = new Map(
    [...new Set(matrix.endpoints.flatMap(({ callers }) => callers))].map((name) => [
      name,
      new WorkloadRole(stack, name, {
        owner: 'bench',
        purpose: name,
        assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      }),
    ]),
  );
  const options = { guardDetail: GuardDetail.CALLERS, callersBy: CallerGrouping.TAG };
  const callersOf = (names) => names.map((name) => roles.get(name));
  if (!isSpec) {
    declared(stack, matrix, callersOf, options);
    return row(what, { resources: counted(stack) });
  }
  specified(stack, matrix, callersOf, options);
  const { Resources } = Template.fromStack(stack).toJSON();
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  const documents = (...types) =>
    Object.values(Resources).flatMap(({ Type, Properties }) =>
      types.includes(Type) ? [worstCaseLength(Properties.PolicyDocument, {})] : [],
    );
  const [api] = Object.values(Resources).filter(({ Type }) => Type === 'AWS::ApiGateway::RestApi');
  return row(what, {
    ms,
    guard: worstCaseLength(api.Properties.Policy),
    statements: api.Properties.Policy.Statement.length,
    identity: longest(documents('AWS::IAM::Policy')),
    boundary: longest(documents('AWS::IAM::ManagedPolicy')),
    resources: Object.keys(Resources).length,
  });
}

function counted(stack) {
  return stack.node.findAll().filter((each) => CfnResource.isCfnResource(each)).length;
}

function specified(stack, { endpoints }, callersOf, options) {
  const paths = {};
  for (const { method, path } of endpoints) {
    (paths[path] ??= {})[method.toLowerCase()] = {
      'x-amazon-apigateway-auth': { type: 'AWS_IAM' },
      'x-amazon-apigateway-integration': { type: 'mock' },
    };
  }
  const definition = { openapi: '3.0.1', info: { title: 'bench', version: '1' }, paths };
  const api = new apigateway.SpecRestApi(stack, 'Api', {
    apiDefinition: apigateway.ApiDefinition.fromInline(definition),
    cloudWatchRole: false,
  });
  const callers = endpoints.map(({ method, path, callers: names }) => [`${method} ${path}`, callersOf(names)]);
  LeastPrivilegeRestApi.guard(api, Object.fromEntries(callers), options);
}

function declared(stack, { endpoints }, callersOf, options) {
  const api = new LeastPrivilegeRestApi(stack, 'Api', options);
  for (const { method, path, callers } of endpoints) {
    const integration = new apigateway.MockIntegration();
    api.addEndpoint(`${method} ${path}`, { callers: callersOf(callers), integration });
  }
}

/** What CDK writes for `method.grantExecute(role)`: no Deny, no resource policy. */
function grantExecute(what, matrix) {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Stack');
  const start = process.hrtime.bigint();
  const api = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
  const roles = new Map();
  for (const { method, path, callers } of matrix.endpoints) {
    const added = api.root.resourceForPath(path).addMethod(method, new apigateway.MockIntegration(), {
      authorizationType: apigateway.AuthorizationType.IAM,
    });
    for (const name of callers) {
      if (!roles.has(name)) {
        roles.set(name, new iam.Role(stack, name, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }));
      }
      added.grantExecute(roles.get(name));
    }
  }
  const lengths = {
    [stack.resolve(api.restApiId).Ref]: 10,
    [stack.resolve(api.deploymentStage.stageName).Ref]: matrix.stage.length,
  };
  const identity = [...roles.values()].map((role) =>
    worstCaseLength(stack.resolve(role.node.tryFindChild('DefaultPolicy').document), lengths),
  );
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  const exact = compileAccessMatrix(matrix);
  const allowed = new Map([...exact.identity].map(([role, { allow }]) => [role, { allow, deny: [] }]));
  return row(what, {
    ms,
    identity: longest(identity),
    wrong: wrongCells(matrix, { ...exact, identity: allowed }),
    resources: counted(stack),
  });
}

function row(what, { ms, guard, statements, identity, boundary, wrong, resources }) {
  return {
    'policies of an access matrix': what,
    'ms': ms?.toFixed(0) ?? '',
    'resource policy (limit 8192)': guard ?? 'none',
    'statements': statements ?? 0,
    'longest identity policy': identity ?? '',
    'longest boundary (limit 6144)': boundary ?? 'none',
    'cells too many by identity policies': wrong ?? '',
    'resources of the stack (limit 500)': resources ?? '',
  };
}

export function policyRows() {
  return [
    [10, 5],
    [100, 20],
    [300, 100],
  ].flatMap(([endpoints, roles]) => {
    const matrix = matrixOf(endpoints, roles);
    const size = `${endpoints} × ${roles}`;
    return [
      ours(`${size}, compiled`, matrix, {}),
      ours(`${size}, compiled, merged`, matrix, { merged: true }),
      ours(`${size}, compiled, GuardDetail.CALLERS`, matrix, { guard: 'callers', merged: true }),
      ours(`${size}, compiled, CallerGrouping.TAG, merged`, matrix, { tagged: rolesOf(matrix), merged: true }),
      ours(`${size}, compiled, CALLERS and TAG`, matrix, { guard: 'callers', tagged: rolesOf(matrix) }),
      ...(endpoints === 300
        ? [
            ours(`${size} as 10 APIs: one of them, merged`, matrixOf(30, 10), { merged: true }),
            stackOf(`${size}, one stack`, matrix, { isSpec: false }),
            stackOf(`${size}, one stack, of an inline definition, CALLERS and TAG`, matrix, { isSpec: true }),
          ]
        : []),
      naive(`${size}, a statement for each cell`, matrix),
      grantExecute(`${size}, grantExecute`, matrix),
    ];
  });
}
