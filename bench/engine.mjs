// The budgets of the engine: the access matrix beside another evaluator, and the fixpoint of a long chain of roles.
// Needs a build.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuSeconds, median, row, since } from './measure.mjs';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url));
const load = (path) => require(join(root, 'dist/lib', path));
const { snapshotOf } = load('assembly/snapshot.js');
const { worldOf } = load('engine/world/world-of.js');
const { decide } = load('engine/decide/decide.js');
const { reachOf } = load('engine/reach/reach-of.js');

const ACCOUNT = '111122223333';
const API = `arn:aws:execute-api:eu-west-1:${ACCOUNT}:`;
const invoke = (Resource) => ({ Effect: 'Allow', Action: 'execute-api:Invoke', Resource });
/** How many cells the other evaluator decides; its time is linear in cells, and is extrapolated. */
const SAMPLE = Number(process.env.BENCH_SAMPLE ?? 500);
/** So many cells are measured at a time: of the batches the median counts, and what it takes to start counts once. */
const BATCH = 50;
/** How often both decide once they are warm, one after the other; the median counts. */
const WARM_RUNS = 3;

const worldFrom = (Resources) =>
  worldOf(snapshotOf([{ name: 'T', file: 't', account: ACCOUNT, region: 'eu-west-1', body: { Resources } }]));
const trust = (Principal) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
});
const document = (Statement) => ({ Version: '2012-10-17', Statement });

const verbOf = (endpoint) => (endpoint % 2 === 0 ? 'GET' : 'PUT');

/** 100 roles with 9 statements each, 500 endpoints, and a resource policy of 20 statements. */
function matrix(roles = 100, endpoints = 500) {
  const names = Array.from({ length: roles }, (_, at) => `role${at}`);
  const statements = (methodOf) => (role) =>
    document([
      ...Array.from({ length: 8 }, (_, at) => {
        const endpoint = (role * 5 + at) % endpoints;
        return invoke(methodOf(`/prod/${verbOf(endpoint)}/things${endpoint}/*`));
      }),
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' },
    ]);
  const guard = (methodOf) =>
    document([
      { ...invoke(methodOf('/prod/GET/public/*')), Principal: '*' },
      ...Array.from({ length: 19 }, (_, at) => ({
        Effect: 'Deny',
        Principal: '*',
        Action: 'execute-api:Invoke',
        Resource: methodOf(`/prod/*/things${at * 20}/*`),
        Condition: {
          ArnNotEquals: { 'aws:PrincipalArn': [at, at + 1].map((role) => `arn:aws:iam::${ACCOUNT}:role/role${role}`) },
        },
      })),
    ]);
  // As a template has them, and as they are once the API has its id.
  const written = statements((path) => ({ 'Fn::Join': ['', [API, { Ref: 'Api' }, path]] }));
  const deployed = names.map((_, role) => statements((path) => `${API}abc${path}`)(role));
  const policy = guard((path) => `execute-api:${path}`);
  const resources = { Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'things', Policy: policy } } };
  names.forEach((name, at) => {
    const Policies = [{ PolicyName: 'p', PolicyDocument: written(at) }];
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
  return { resources, names, identity: deployed, policy: guard((path) => `${API}abc${path}`), roles, endpoints };
}

/** The other evaluator on a spread of cells: half of them near the diagonal, where something is granted. */
async function simulated({ names, identity, policy, roles, endpoints }, simulate) {
  const cells = [];
  const batches = [];
  let start = process.cpuUsage();
  for (let at = 0; at < SAMPLE; at += 1) {
    const role = (at * 37) % roles;
    const endpoint = at % 2 === 0 ? (role * 5 + (at % 9)) % endpoints : (at * 101) % endpoints;
    const answer = await simulate(
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
    cells.push({ role, endpoint, allowed: answer.overallResult === 'Allowed' });
    if (cells.length % BATCH === 0) {
      batches.push(since(start));
      start = process.cpuUsage();
    }
  }
  const [first, ...others] = batches;
  return { time: first + (median(others) * (roles * endpoints - BATCH)) / BATCH, cells };
}

/** All cells, from the templates on: reading them and making the world is a part of the time. */
function decided({ resources, names, endpoints }) {
  const world = worldFrom(resources);
  const prefix = world.apis.get('T#Api').arnPrefix;
  const asked = Array.from({ length: endpoints }, (_, at) => ({
    ...prefix,
    parts: [...prefix.parts, `/prod/${verbOf(at)}/things${at}/1`],
  }));
  return names.map((_, role) => {
    const principal = world.principal(`T#Role${role}`);
    return asked.map((resource) => {
      const { may, must } = decide({ principal, action: 'execute-api:Invoke', resource, closed: true }, world);
      return { may, must };
    });
  });
}

/**
 * The id of the API is a hole for us, as in every template, and `abc` for the other evaluator, which knows no holes.
 * Both cold, then both warm by turns, and each cell that was simulated is compared.
 */
async function accessMatrix() {
  const { runSimulation } = await import('@cloud-copilot/iam-simulate');
  const input = matrix();
  const runs = [];
  for (let run = 0; run <= WARM_RUNS; run += 1) {
    const ours = cpuSeconds(() => decided(input));
    const theirs = await simulated(input, runSimulation);
    const different = theirs.cells.filter(({ role, endpoint, allowed }) => {
      const { may, must } = ours.result[role][endpoint];
      return may !== must || must !== allowed;
    }).length;
    const granted = theirs.cells.filter(({ allowed }) => allowed).length;
    runs.push({ ours: ours.time, theirs: theirs.time, different, granted });
  }
  const line = (state, of) => {
    const ours = median(of.map((each) => each.ours));
    const theirs = median(of.map((each) => each.theirs));
    const different = Math.max(...of.map((each) => each.different));
    return row(`access matrix, ${input.roles} × ${input.endpoints}, ${state}`, {
      ours: `${ours.toFixed(2)} s`,
      reference: `${theirs.toFixed(0)} s`,
      figure: `× ${(theirs / ours).toFixed(0)}`,
      budget: 'at least × 100, same verdicts',
      holds: theirs / ours >= 100 && different === 0,
      note: `reference from ${SAMPLE} cells, ${of[0].granted} allowed; ${different} verdicts differ`,
    });
  };
  const [cold, ...warm] = runs;
  return [line('cold', [cold]), line(`median of ${WARM_RUNS} warm`, warm)];
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
  const { time, result } = cpuSeconds(() => reachOf(worldFrom(resources)).from('T#R0').facts.length);
  return row(`fixpoint of a chain of ${length} roles, 30 statements each`, {
    ours: `${time.toFixed(2)} s`,
    figure: `${time.toFixed(1)} s`,
    budget: 'at most 10 s',
    holds: time <= 10 && result >= length - 1,
    note: `${result} reached`,
  });
}

/** What one principal can do with functions, whichever they are: each principal of the ten stacks is asked. */
export function patternRow(folder) {
  const sources = Array.from({ length: 10 }, (_, at) => {
    const file = `Stack${at}.template.json`;
    return { name: `Stack${at}`, file, body: JSON.parse(readFileSync(join(folder, file), 'utf8')) };
  });
  const world = worldOf(snapshotOf(sources));
  const times = world.principals.map((principal) => {
    const question = { principal, action: 'lambda:InvokeFunction', resource: '*' };
    return cpuSeconds(() => decide(question, world)).time * 1e3;
  });
  const usual = median(times);
  return row(`one question by pattern, ${times.length} principals asked`, {
    ours: `${usual.toFixed(2)} ms`,
    figure: `${usual.toFixed(2)} ms`,
    budget: 'median at most 20 ms',
    holds: usual <= 20,
    note: `slowest ${Math.max(...times).toFixed(0)} ms`,
  });
}

/** The rows of the engine's table. */
export async function engineRows() {
  return [...(await accessMatrix()), chain()];
}
