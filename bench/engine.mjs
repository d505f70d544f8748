// The budgets of the engine: the access matrix beside another evaluator, and the fixpoint of a long chain of roles.
// Needs a build.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url));
const load = (path) => require(join(root, 'dist/lib', path));
const { snapshotOf } = load('assembly/snapshot.js');
const { worldOf } = load('engine/world/world-of.js');
const { decide } = load('engine/decide/decide.js');
const { reachOf } = load('engine/reach/reach-of.js');

const ACCOUNT = '111122223333';
const API = `arn:aws:execute-api:eu-west-1:${ACCOUNT}:*`;
/** How many cells the other evaluator decides; its time is linear in cells, and is extrapolated. */
const SAMPLE = Number(process.env.BENCH_SAMPLE ?? 500);

const worldFrom = (Resources) =>
  worldOf(snapshotOf([{ name: 'T', file: 't', account: ACCOUNT, region: 'eu-west-1', body: { Resources } }]));
const trust = (Principal) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
});
const document = (Statement) => ({ Version: '2012-10-17', Statement });

function seconds(action) {
  const start = process.hrtime.bigint();
  const result = action();
  return { time: Number(process.hrtime.bigint() - start) / 1e9, result };
}

const verbOf = (endpoint) => (endpoint % 2 === 0 ? 'GET' : 'PUT');

/** 100 roles with 9 statements each, 500 endpoints, and a resource policy of 20 statements. */
function matrix(roles = 100, endpoints = 500) {
  const invoke = (Resource) => ({ Effect: 'Allow', Action: 'execute-api:Invoke', Resource });
  const names = Array.from({ length: roles }, (_, at) => `role${at}`);
  const identity = names.map((_, role) =>
    document([
      ...Array.from({ length: 8 }, (__, at) => {
        const endpoint = (role * 5 + at) % endpoints;
        return invoke(`${API}/prod/${verbOf(endpoint)}/things${endpoint}/*`);
      }),
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' },
    ]),
  );
  const policy = document([
    { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: `${API}/prod/GET/public/*` },
    ...Array.from({ length: 19 }, (_, at) => ({
      Effect: 'Deny',
      Principal: '*',
      Action: 'execute-api:Invoke',
      Resource: `${API}/prod/*/things${at * 20}/*`,
      Condition: {
        ArnNotEquals: { 'aws:PrincipalArn': [at, at + 1].map((role) => `arn:aws:iam::${ACCOUNT}:role/role${role}`) },
      },
    })),
  ]);
  const resources = { Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'things', Policy: policy } } };
  names.forEach((name, at) => {
    const Policies = [{ PolicyName: 'p', PolicyDocument: identity[at] }];
    const Properties = {
      RoleName: name,
      AssumeRolePolicyDocument: trust({ Service: 'lambda.amazonaws.com' }),
      Policies,
    };
    resources[`Role${at}`] = { Type: 'AWS::IAM::Role', Properties };
  });
  for (let at = 0; at < endpoints; at += 1) {
    const RestApiId = { Ref: 'Api' };
    const ParentId = { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
    resources[`P${at}`] = {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId, ParentId, PathPart: `things${at}` },
    };
    resources[`I${at}`] = {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId, ParentId: { Ref: `P${at}` }, PathPart: '{id}' },
    };
    const method = { RestApiId, ResourceId: { Ref: `I${at}` }, HttpMethod: verbOf(at), AuthorizationType: 'AWS_IAM' };
    resources[`M${at}`] = { Type: 'AWS::ApiGateway::Method', Properties: method };
  }
  return { resources, names, identity, policy, roles, endpoints };
}

async function accessMatrix() {
  const { runSimulation } = await import('@cloud-copilot/iam-simulate');
  const { resources, names, identity, policy, roles, endpoints } = matrix();
  const { time: ours, result } = seconds(() => {
    const world = worldFrom(resources);
    const prefix = world.apis.get('T#Api').arnPrefix;
    const asked = Array.from({ length: endpoints }, (_, at) => ({
      ...prefix,
      parts: [...prefix.parts, `/prod/${verbOf(at)}/things${at}/1`],
    }));
    return names.map((_, role) => {
      const principal = world.principal(`T#Role${role}`);
      return asked.map((resource) =>
        decide({ principal, action: 'execute-api:Invoke', resource, closed: true }, world),
      );
    });
  });
  let different = 0;
  const start = process.hrtime.bigint();
  for (let at = 0; at < SAMPLE; at += 1) {
    // Half of the sample near the diagonal, where something is granted.
    const role = (at * 37) % roles;
    const endpoint = at % 2 === 0 ? (role * 5 + (at % 9)) % endpoints : (at * 101) % endpoints;
    const answer = await runSimulation(
      {
        request: {
          principal: `arn:aws:sts::${ACCOUNT}:assumed-role/${names[role]}/s`,
          action: 'execute-api:Invoke',
          resource: {
            resource: `arn:aws:execute-api:eu-west-1:${ACCOUNT}:abc/prod/${verbOf(endpoint)}/things${endpoint}/1`,
            accountId: ACCOUNT,
          },
          contextVariables: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/${names[role]}` },
        },
        identityPolicies: [{ name: 'p', policy: identity[role] }],
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        resourcePolicy: policy,
      },
      {},
    );
    const { may, must } = result[role][endpoint];
    if (may !== must || must !== (answer.overallResult === 'Allowed')) different += 1;
  }
  const theirs = ((Number(process.hrtime.bigint() - start) / 1e9) * roles * endpoints) / SAMPLE;
  return {
    'what': `access matrix, ${roles} × ${endpoints}`,
    'ours (s)': ours.toFixed(2),
    'reference (s)': `${theirs.toFixed(1)}, from ${SAMPLE} cells`,
    'ratio': (theirs / ours).toFixed(0),
    'budget': 'at least 100',
    'note': `${different} of ${SAMPLE} verdicts differ`,
  };
}

/** Each role assumes the next one; 28 statements say something else. */
function chain(length = 10_000) {
  const resources = {};
  const noise = Array.from({ length: 29 }, (_, at) => ({
    Effect: 'Allow',
    Action: `dynamodb:GetItem`,
    Resource: `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/t${at}`,
  }));
  for (let at = 0; at < length; at += 1) {
    const step = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: { 'Fn::GetAtt': [`R${at + 1}`, 'Arn'] } };
    const Policies = [{ PolicyName: 'p', PolicyDocument: document(at + 1 === length ? noise : [...noise, step]) }];
    const AssumeRolePolicyDocument = trust({ AWS: at === 0 ? ACCOUNT : { 'Fn::GetAtt': [`R${at - 1}`, 'Arn'] } });
    resources[`R${at}`] = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument, Policies } };
  }
  // Of the processor: the machine may have other work. From the template's JSON to the last fact.
  const start = process.cpuUsage();
  const result = reachOf(worldFrom(resources)).from('T#R0').facts.length;
  const { user, system } = process.cpuUsage(start);
  const time = (user + system) / 1e6;
  return {
    'what': `fixpoint of a chain of ${length} roles, 30 statements each (CPU)`,
    'ours (s)': time.toFixed(2),
    'reference (s)': '-',
    'ratio': '-',
    'budget': '10 s',
    'note': `${result} reached`,
  };
}

/** Ten times the resources: roles, their policies and endpoints, through world, decisions and reach. */
function growth() {
  const measure = (times) => {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    const { time, result } = seconds(() => {
      const { resources } = matrix(200 * times, 1173 * times);
      const world = worldFrom(resources);
      const reach = reachOf(world);
      for (const { key } of world.principals) reach.from(key);
      return { world, count: Object.keys(resources).length };
    });
    globalThis.gc?.();
    return { time, count: result.count, memory: (process.memoryUsage().heapUsed - before) / 1e6, kept: result.world };
  };
  measure(1);
  const small = measure(1);
  const large = measure(10);
  return {
    'what': `growth, ${small.count} to ${large.count} resources`,
    'ours (s)': large.time.toFixed(2),
    'reference (s)': small.time.toFixed(2),
    'ratio': (large.time / small.time).toFixed(1),
    'budget': 'at most 12, +250 MB',
    'note': `+${(large.memory - small.memory).toFixed(0)} MB`,
  };
}

/** The rows of the engine's table. */
export async function engineRows() {
  return [await accessMatrix(), growth(), chain()];
}
