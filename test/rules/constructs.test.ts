import { App, Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import {
  AuditVault,
  DataEvents,
  HumanRole,
  LeastPrivilegeHttpApi,
  LeastPrivilegeRestApi,
  OpaqueToken,
  PartnerRole,
  WorkloadRole,
} from '../../lib';
import { snapshotOf } from '../../lib/assembly/snapshot';
import type { TemplateSource } from '../../lib/assembly/template-source';
import { allRules } from '../../lib/rules/registry';
import { runRules } from '../../lib/rules/run-rules';

const ENV = { account: '111122223333', region: 'eu-west-1' };

interface Statement {
  Sid?: string;
  Effect: string;
  Action: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}
interface Resource {
  Type: string;
  Properties: Record<string, any>;
  Metadata?: Record<string, any>;
  DeletionPolicy?: string;
}
type Templates = Record<string, Record<string, Resource>>;

/** The templates of an app that uses every construct once. */
function templates(): TemplateSource[] {
  const app = new App();
  const record = new Stack(app, 'Record', { env: ENV });
  const people = new Stack(app, 'People', { env: ENV });
  const service = new Stack(app, 'Service', { env: ENV });
  const vault = new AuditVault(record, 'Vault', {
    retention: Duration.days(30),
    dataEvents: [DataEvents.FUNCTIONS],
  });
  const clerk = new HumanRole(people, 'Clerk', {
    owner: 'orders',
    purpose: 'order entry',
    assumedBy: new iam.AccountRootPrincipal(),
  });
  const partner = new PartnerRole(people, 'Partner', {
    owner: 'partners',
    purpose: 'delivery reports',
    account: '777788889999',
    sourceRanges: ['203.0.113.0/24'],
  });
  const reader = new WorkloadRole(people, 'Reader', {
    owner: 'orders',
    purpose: 'nightly report',
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
  });
  new OpaqueToken(service, 'Token', {
    auditVault: vault,
    owner: 'partners',
    purpose: 'webhook signing',
    reader,
    rotateEvery: Duration.days(7),
    expiresOn: '2027-06-30',
  });
  const api = new LeastPrivilegeRestApi(service, 'Api', { auditVault: vault, cacheSize: '0.5' });
  const integration = new apigateway.HttpIntegration('https://backend.example.com/');
  api.addEndpoint('GET /orders', { callers: [reader, clerk], integration });
  api.addEndpoint('GET /orders/{id}', { callers: [reader, clerk], integration });
  api.addEndpoint('GET /orders/{id}/refunds', { callers: [clerk], integration });
  api.addEndpoint('POST /orders', { callers: [clerk], integration });
  const cache = { ttl: Duration.minutes(5), sameForEveryCaller: true };
  api.addEndpoint('GET /prices', { callers: [reader], integration, cache });
  api.addEndpoint('POST /deliveries', { callers: [partner], integration });
  const stock = new LeastPrivilegeHttpApi(service, 'Stock', { auditVault: vault });
  const warehouse = new HttpUrlIntegration('Warehouse', 'https://warehouse.example.com/');
  stock.addEndpoint('GET /stock/{id}', { callers: [reader, clerk], integration: warehouse });
  stock.addEndpoint('GET /stock/{id}/history', { callers: [clerk], integration: warehouse });
  stock.addEndpoint('POST /stock', { callers: [clerk], integration: warehouse });
  return app.synth().stacks.map(({ hierarchicalId, template }) => ({
    name: hierarchicalId,
    file: `${hierarchicalId}.template.json`,
    body: template,
    ...ENV,
  }));
}

/** The scan for secrets leaves the process and takes its time; no change here puts a secret into a template. */
const WITHOUT_SCAN = allRules.filter(({ id }) => id !== 'SEC4');

let sources: TemplateSource[];
beforeAll(() => {
  sources = templates();
});

/** The ids of the rules that find something after a change of the templates. */
function rulesAfter(change: (all: Resource[], byStack: Templates) => void): readonly string[] {
  const copies = structuredClone(sources);
  const byStack = Object.fromEntries(
    copies.map(({ name, body }) => [name, (body as { Resources: Record<string, Resource> }).Resources]),
  );
  change(
    Object.values(byStack).flatMap((resources) => Object.values(resources)),
    byStack,
  );
  return [
    ...new Set(runRules(snapshotOf(copies), WITHOUT_SCAN).map(({ ruleId }) => ruleId.replace('Bulkhead-', ''))),
  ].sort();
}

/** The one resource of a type, or the one with an intent of this path. */
function the(all: readonly Resource[], type: string, path?: string): Resource {
  const found = all.filter(
    (each) => each.Type === type && (path === undefined || each.Metadata?.['cdk-bulkhead']?.path === path),
  );
  expect(found, `${type} ${path ?? ''}`).toHaveLength(1);
  return found[0];
}

function withoutStatement(resource: Resource, property: string, pick: (statement: Statement) => boolean): void {
  const document = resource.Properties[property] as { Statement: Statement[] };
  const left = document.Statement.filter((each) => !pick(each));
  expect(left.length, 'nothing was taken away').toBeLessThan(document.Statement.length);
  document.Statement = left;
}

const bySid = (sid: string) => (statement: Statement) => statement.Sid === sid;
const vaultBucket = (all: readonly Resource[]) => the(all, 'AWS::S3::Bucket', 'Record/Vault');
const vaultPolicy = (all: readonly Resource[]) =>
  all.find(
    ({ Type, Properties }) =>
      Type === 'AWS::S3::BucketPolicy' && JSON.stringify(Properties).includes('CloudTrailWrites'),
  ) as Resource;
const vaultKey = (all: readonly Resource[]) =>
  all.find(
    ({ Type, Properties }) => Type === 'AWS::KMS::Key' && JSON.stringify(Properties).includes('CloudTrailEncrypts'),
  ) as Resource;
const lock = (all: readonly Resource[]) =>
  vaultBucket(all).Properties['ObjectLockConfiguration'].Rule.DefaultRetention as Record<string, unknown>;
const trustOf = (all: readonly Resource[], path: string) =>
  the(all, 'AWS::IAM::Role', path).Properties['AssumeRolePolicyDocument'].Statement[0] as Statement;

describe('the rules and the constructs', () => {
  it('agree: an app of constructs has no findings', () => {
    expect(runRules(snapshotOf(sources))).toEqual([]);
  });

  it.each<[string, readonly string[], (all: Resource[]) => void]>([
    [
      'AWS_IAM of a method',
      ['API1'],
      (all) => {
        const method = all.find(({ Type }) => Type === 'AWS::ApiGateway::Method') as Resource;
        method.Properties['AuthorizationType'] = 'NONE';
      },
    ],
    [
      'the resource policy of the API',
      ['API17', 'API2'],
      (all) => {
        delete the(all, 'AWS::ApiGateway::RestApi').Properties['Policy'];
      },
    ],
    [
      'the Deny for who is no caller at all, with those of the endpoints',
      ['API2'],
      (all) =>
        withoutStatement(
          the(all, 'AWS::ApiGateway::RestApi'),
          'Policy',
          ({ Sid }) => Sid?.startsWith('OnlyCallers') === true,
        ),
    ],
    [
      'the Deny of one endpoint',
      ['API2'],
      (all) =>
        withoutStatement(the(all, 'AWS::ApiGateway::RestApi'), 'Policy', (each) =>
          JSON.stringify(each).includes('POST/deliveries'),
        ),
    ],
    [
      'the Deny of plain HTTP on the API',
      ['API2'],
      (all) => withoutStatement(the(all, 'AWS::ApiGateway::RestApi'), 'Policy', bySid('OnlyTls')),
    ],
    [
      'the Deny of what a route of the HTTP API would also match',
      ['API7', 'API8'],
      (all) => {
        const [policy, ...others] = all.filter(
          ({ Type, Properties }) =>
            Type === 'AWS::IAM::Policy' && /Deny.*\$default\/GET\/stock/.test(JSON.stringify(Properties)),
        );
        expect(others).toEqual([]);
        withoutStatement(policy, 'PolicyDocument', ({ Effect }) => Effect === 'Deny');
      },
    ],
    [
      'the boundary of a caller of the HTTP API, who is allowed more elsewhere',
      ['API7', 'API9', 'IAM10', 'IAM2'],
      (all) => {
        const reader = the(all, 'AWS::IAM::Role', 'People/Reader');
        delete reader.Properties['PermissionsBoundary'];
        const Statement = [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }];
        reader.Properties['Policies'] = [{ PolicyName: 'more', PolicyDocument: { Version: '2012-10-17', Statement } }];
      },
    ],
    [
      'MFA',
      ['IAM13', 'IAM7'],
      (all) => {
        delete trustOf(all, 'People/Clerk').Condition;
      },
    ],
    [
      'the right MFA',
      ['IAM13', 'IAM7'],
      (all) => {
        const statement = trustOf(all, 'People/Clerk');
        statement.Condition = { BoolIfExists: statement.Condition?.['Bool'] ?? {} };
      },
    ],
    [
      'the external id',
      ['IAM13', 'IAM6'],
      (all) => {
        delete trustOf(all, 'People/Partner').Condition?.['StringEquals'];
      },
    ],
    [
      'the rotation',
      ['SEC1', 'SEC5'],
      (all) => {
        the(all, 'AWS::SecretsManager::RotationSchedule').Type = 'Custom::Nothing';
      },
    ],
    [
      'the owner',
      ['SEC2', 'TPL1'],
      (all) => {
        const secret = the(all, 'AWS::SecretsManager::Secret');
        delete secret.Metadata?.['cdk-bulkhead'].owner;
        secret.Properties['Tags'] = [];
      },
    ],
    [
      'the key of the token',
      ['SEC6'],
      (all) => {
        delete the(all, 'AWS::SecretsManager::Secret').Properties['KmsKeyId'];
      },
    ],
    [
      'the policy of the token',
      ['SEC5'],
      (all) => {
        the(all, 'AWS::SecretsManager::ResourcePolicy').Type = 'Custom::Nothing';
      },
    ],
    [
      'the Deny of reading the token',
      ['SEC5'],
      (all) =>
        withoutStatement(the(all, 'AWS::SecretsManager::ResourcePolicy'), 'ResourcePolicy', bySid('OnlyReadersRead')),
    ],
    [
      'BlockPublicPolicy',
      ['SEC3'],
      (all) => {
        delete the(all, 'AWS::SecretsManager::ResourcePolicy').Properties['BlockPublicPolicy'];
      },
    ],
    [
      'the lock',
      ['AUD1'],
      (all) => {
        delete vaultBucket(all).Properties['ObjectLockConfiguration'];
      },
    ],
    [
      'COMPLIANCE',
      ['AUD1'],
      (all) => {
        lock(all)['Mode'] = 'GOVERNANCE';
      },
    ],
    [
      'a day of the declared retention',
      ['AUD1'],
      (all) => {
        lock(all)['Days'] = 29;
      },
    ],
    [
      'versioning',
      ['AUD1'],
      (all) => {
        delete vaultBucket(all).Properties['VersioningConfiguration'];
      },
    ],
    [
      'that the trail logs',
      ['AUD2'],
      (all) => {
        the(all, 'AWS::CloudTrail::Trail').Properties['IsLogging'] = false;
      },
    ],
    [
      'the data events of functions',
      ['AUD14'],
      (all) => {
        const { AdvancedEventSelectors: selectors } = the(all, 'AWS::CloudTrail::Trail').Properties;
        selectors.splice(0, selectors.length, selectors[0]);
      },
    ],
    [
      'file validation',
      ['AUD2'],
      (all) => {
        delete the(all, 'AWS::CloudTrail::Trail').Properties['EnableLogFileValidation'];
      },
    ],
    [
      'other regions',
      ['AUD2'],
      (all) => {
        the(all, 'AWS::CloudTrail::Trail').Properties['IsMultiRegionTrail'] = 'false';
      },
    ],
    [
      'the statement of the trail in the key policy',
      ['AUD3'],
      (all) => withoutStatement(vaultKey(all), 'KeyPolicy', bySid('CloudTrailEncrypts')),
    ],
    [
      'the statement of the trail in the bucket policy',
      ['AUD3'],
      (all) => withoutStatement(vaultPolicy(all), 'PolicyDocument', bySid('CloudTrailWrites')),
    ],
    [
      'SourceArn from the bucket policy',
      ['AUD3'],
      (all) => {
        for (const statement of vaultPolicy(all).Properties['PolicyDocument'].Statement as Statement[]) {
          delete statement.Condition?.['StringEquals']?.['aws:SourceArn'];
        }
      },
    ],
    [
      'the Deny of deletion',
      ['AUD4'],
      (all) => withoutStatement(vaultPolicy(all), 'PolicyDocument', bySid('DenyDeletion')),
    ],
    [
      'the Deny of retention changes',
      ['AUD4'],
      (all) => withoutStatement(vaultPolicy(all), 'PolicyDocument', bySid('DenyRetentionChange')),
    ],
    [
      'the Deny of changes of the guards',
      ['AUD4'],
      (all) => withoutStatement(vaultPolicy(all), 'PolicyDocument', bySid('DenyGuardChange')),
    ],
    [
      'the Deny of plain HTTP on the bucket',
      ['AUD4'],
      (all) => withoutStatement(vaultPolicy(all), 'PolicyDocument', bySid('DenyPlainHttp')),
    ],
    [
      'that the bucket is retained',
      ['AUD5'],
      (all) => {
        vaultBucket(all).DeletionPolicy = 'Delete';
      },
    ],
    [
      'that the key is retained',
      ['AUD5'],
      (all) => {
        delete vaultKey(all).DeletionPolicy;
      },
    ],
  ])('notice when %s is taken away', (_, expected, change) => {
    expect(rulesAfter(change)).toEqual(expected);
  });

  it.each<[string, readonly string[], (all: Resource[], byStack: Templates) => void]>([
    [
      'another role to the Deny of the API',
      ['API2'],
      (all, { People }) => {
        const [id] = Object.entries(People ?? {}).find(
          ([, each]) => each.Metadata?.['cdk-bulkhead']?.path === 'People/Partner',
        ) as [string, Resource];
        const policy = the(all, 'AWS::ApiGateway::RestApi').Properties['Policy'] as { Statement: Statement[] };
        const stranger = `arn:aws:iam::${ENV.account}:role/${id}`;
        for (const { Condition } of policy.Statement) {
          const arns = Condition?.['StringNotEquals'];
          if (arns !== undefined) arns['aws:PrincipalArn'] = [arns['aws:PrincipalArn'], stranger].flat();
        }
      },
    ],
    [
      'another role to the readers of the token',
      ['SEC5'],
      (all) => {
        const policy = the(all, 'AWS::SecretsManager::ResourcePolicy').Properties['ResourcePolicy'] as {
          Statement: Statement[];
        };
        const arns = policy.Statement.find(bySid('OnlyReadersRead'))?.Condition?.['ArnNotEquals'] ?? {};
        arns['aws:PrincipalArn'] = [arns['aws:PrincipalArn'], 'arn:aws:iam::111122223333:role/other'].flat();
      },
    ],
    [
      'a wildcard to a role',
      ['IAM1'],
      (all) => {
        const policy = all.find(({ Type }) => Type === 'AWS::IAM::Policy') as Resource;
        (policy.Properties['PolicyDocument'].Statement[0] as Statement).Action = 'execute-api:Inv?ke';
      },
    ],
    [
      'an eleventh hour to a session',
      ['IAM8'],
      (all) => {
        the(all, 'AWS::IAM::Role', 'People/Clerk').Properties['MaxSessionDuration'] = 39_600;
      },
    ],
    [
      'an administrator to the people',
      ['IAM4'],
      (all) => {
        the(all, 'AWS::IAM::Role', 'People/Clerk').Properties['ManagedPolicyArns'] = [
          'arn:aws:iam::aws:policy/AdministratorAccess',
        ];
      },
    ],
  ])('notice when somebody adds %s', (_, expected, change) => {
    expect(rulesAfter(change)).toEqual(expected);
  });
});
