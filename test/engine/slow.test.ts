import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../lib/assembly/snapshot';
import { decide } from '../../lib/engine/decide/decide';
import { reachOf } from '../../lib/engine/reach/reach-of';
import type { Principal, World } from '../../lib/engine/world/world';
import { worldOf } from '../../lib/engine/world/world-of';
import { text } from '../../lib/model/value';
import { becomes, gatewayVerdict, servedBy } from '../oracle/slow-evaluator';
import type { SlowMethod, SlowStatement, SlowStep } from '../oracle/slow-evaluator';
import { effort } from '../support/effort';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_121);
const ACCOUNT = '111122223333';
const ABROAD = '999988887777';
const READER = `arn:aws:iam::${ACCOUNT}:user/reader`;
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const PATHS = ['/orders', '/orders/{id}', '/orders/refunds', '/orders/{id}/items', '/'];
const ASKED = ['/orders', '/orders/1', '/orders/refunds', '/orders/1/items', '/', '/nothing'];
const API = `arn:aws:execute-api:eu-west-1:${ACCOUNT}:API`;
const ANY_API = `arn:aws:execute-api:eu-west-1:${ACCOUNT}:*`;
const PATTERNS = [
  '*',
  ...[
    '/*',
    '/*/GET/*',
    '/prod/*',
    '/prod/GET/orders',
    '/prod/GET/orders/*',
    '/prod/?ET/orders/1',
    '/*/POST/orders*',
  ].map((each) => ANY_API + each),
];

function worldFrom(home: object, abroad: object = {}): World {
  return worldOf(
    snapshotOf([
      { name: 'T', file: 't', account: ACCOUNT, region: 'eu-west-1', body: { Resources: home } },
      { name: 'U', file: 'u', account: ABROAD, region: 'eu-west-1', body: { Resources: abroad } },
    ]),
  );
}

const effect = fc.constantFrom<'Allow' | 'Deny'>('Allow', 'Allow', 'Deny');
const resources = fc.uniqueArray(fc.constantFrom(...PATTERNS), { minLength: 1, maxLength: 2 });
const statement: fc.Arbitrary<SlowStatement> = fc.record({ effect, resources });
const named: fc.Arbitrary<SlowStatement> = fc.record({
  effect,
  resources,
  principals: fc.uniqueArray(fc.constantFrom('*', READER, ROOT, `arn:aws:iam::${ABROAD}:user/eve`), {
    minLength: 1,
    maxLength: 2,
  }),
});
const method: fc.Arbitrary<SlowMethod> = fc.record({
  verb: fc.constantFrom('GET', 'POST', 'ANY'),
  path: fc.constantFrom(...PATHS),
  authorization: fc.constantFrom<SlowMethod['authorization']>(
    'AWS_IAM',
    'AWS_IAM',
    'NONE',
    'COGNITO_USER_POOLS',
    'CUSTOM',
  ),
});
const api = fc.record({
  methods: fc.uniqueArray(method, { minLength: 1, maxLength: 6, selector: ({ verb, path }) => verb + path }),
  policy: fc.option(fc.array(named, { minLength: 1, maxLength: 3 }), { nil: undefined }),
  identity: fc.array(statement, { maxLength: 3 }),
  abroad: fc.boolean(),
});

const json = ({ effect: Effect, resources: Resource, principals }: SlowStatement): object => ({
  Effect,
  Action: 'execute-api:Invoke',
  Resource,
  ...(principals === undefined ? {} : { Principal: principals.includes('*') ? '*' : { AWS: principals } }),
});

/** The resources of a REST API with these methods, one resource of each path. */
function restApi(methods: readonly SlowMethod[], policy: readonly SlowStatement[] | undefined): object {
  const found: Record<string, object> = {
    Api: {
      Type: 'AWS::ApiGateway::RestApi',
      Properties: {
        Name: 'orders',
        ...(policy === undefined ? {} : { Policy: { Version: '2012-10-17', Statement: policy.map(json) } }),
      },
    },
  };
  const idOf = (path: string): object => {
    if (path === '') return { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
    const id = `R${Buffer.from(path).toString('hex')}`;
    const at = path.lastIndexOf('/');
    found[id] = {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId: { Ref: 'Api' }, ParentId: idOf(path.slice(0, at)), PathPart: path.slice(at + 1) },
    };
    return { Ref: id };
  };
  methods.forEach(({ verb, path, authorization }, index) => {
    found[`M${index}`] = {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ResourceId: idOf(path === '/' ? '' : path),
        HttpMethod: verb,
        AuthorizationType: authorization,
      },
    };
  });
  return found;
}

describe(`a slow evaluator of our own, seed ${SEED}`, () => {
  it('says the same of requests to a REST API', () => {
    let asked = 0;
    const found = { granted: 0, possible: 0, denied: 0 };
    fc.assert(
      fc.property(api, ({ methods, policy, identity, abroad }) => {
        const account = abroad ? ABROAD : ACCOUNT;
        const user = {
          Type: 'AWS::IAM::User',
          Properties: {
            UserName: abroad ? 'eve' : 'reader',
            Policies:
              identity.length === 0 ? [] : [{ PolicyName: 'p', PolicyDocument: { Statement: identity.map(json) } }],
          },
        };
        const rest = restApi(methods, policy);
        const of = abroad ? worldFrom(rest, { User: user }) : worldFrom({ ...rest, User: user });
        const principal = of.principal(abroad ? 'U#User' : 'T#User') as Principal;
        const prefix = of.apis.get('T#Api')?.arnPrefix;
        if (prefix === undefined || typeof prefix === 'string' || !('parts' in prefix)) throw new Error('no prefix');
        for (const path of ASKED) {
          for (const verb of ['GET', 'POST']) {
            if (servedBy(methods, verb, path) === undefined) continue;
            const tail = `/prod/${verb}${path}`;
            const caller = { arn: `arn:aws:iam::${account}:user/${abroad ? 'eve' : 'reader'}`, account, identity };
            const truth = gatewayVerdict(
              { account: ACCOUNT, methods, ...(policy === undefined ? {} : { policy }) },
              caller,
              verb,
              path,
              API + tail,
            );
            const resource = text([...prefix.parts, tail]);
            const { may, must } = decide({ principal, action: 'execute-api:Invoke', resource, closed: true }, of);
            expect({ verb, path, may, must }).toEqual({
              verb,
              path,
              may: truth !== 'denied',
              must: truth === 'granted',
            });
            asked += 1;
            found[truth] += 1;
          }
        }
      }),
      { numRuns: effort(100), seed: SEED },
    );
    expect(asked).toBeGreaterThan(effort(300));
    expect(Math.min(found.granted, found.possible, found.denied)).toBeGreaterThan(effort(30));
  }, 120_000);

  it('reaches the same roles over chains of several kinds of steps', () => {
    const NAMES = ['A', 'B', 'C', 'D', 'E', 'F'];
    const KINDS = ['assume', 'update-trust', 'put-policy', 'pass'] as const;
    const power = fc.record({
      from: fc.constantFrom(...NAMES),
      to: fc.constantFrom(...NAMES),
      kind: fc.constantFrom(...KINDS),
      denied: fc.boolean(),
    });
    const powers = fc.uniqueArray(power, { maxLength: 9, selector: ({ from, to }) => from + to });
    const arn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
    fc.assert(
      fc.property(powers, (given) => {
        const others = given.filter(({ from, to }) => from !== to);
        const roles = NAMES.map((name) => {
          const own = others.filter(({ from }) => from === name);
          const statements = own.flatMap(({ to, kind, denied }) => {
            const action = {
              'assume': 'sts:AssumeRole',
              'update-trust': 'iam:UpdateAssumeRolePolicy',
              'put-policy': 'iam:PutRolePolicy',
              'pass': 'iam:PassRole',
            }[kind];
            const extra =
              kind === 'pass'
                ? [{ Effect: 'Allow', Action: ['lambda:CreateFunction', 'lambda:InvokeFunction'], Resource: '*' }]
                : [];
            return [
              { Effect: 'Allow', Action: action, Resource: arn(to) },
              ...extra,
              ...(denied ? [{ Effect: 'Deny', Action: action, Resource: arn(to) }] : []),
            ];
          });
          const trusted = others
            .filter(({ to, kind }) => to === name && kind === 'assume')
            .map(({ from }) => arn(from));
          const passed = others.some(({ to, kind }) => to === name && kind === 'pass');
          const trust = [
            ...(trusted.length === 0
              ? []
              : [
                  {
                    Effect: 'Allow',
                    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
                    Action: 'sts:AssumeRole',
                    Condition: { ArnEquals: { 'aws:PrincipalArn': trusted } },
                  },
                ]),
            ...(passed
              ? [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }]
              : []),
          ];
          return [
            name,
            {
              Type: 'AWS::IAM::Role',
              Properties: {
                RoleName: name,
                AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: trust },
                Policies:
                  statements.length === 0 ? [] : [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }],
              },
            },
          ];
        });
        // To write a policy of another role is no way to become it.
        const steps: readonly SlowStep[] = others.filter(({ denied, kind }) => !denied && kind !== 'put-policy');
        const reach = reachOf(worldFrom(Object.fromEntries(roles) as object));
        for (const name of NAMES) {
          const facts = reach.from(`T#${name}`)?.facts ?? [];
          const found = facts.filter(({ goal }) => goal.kind === 'principal').map(({ id }) => id.replace('T#', ''));
          const expected = [...becomes(steps, name)];
          expect({ name, found: found.sort() }).toEqual({ name, found: expected.sort() });
          for (const each of facts) expect(each.certainty).toBe('certain');
        }
      }),
      { numRuns: effort(120), seed: SEED },
    );
  }, 120_000);
});
