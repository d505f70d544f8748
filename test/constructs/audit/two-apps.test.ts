import { App, Duration, Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { Bulkhead } from '../../../lib/checks/bulkhead';
import type { AuditArchiveAttributes } from '../../../lib/constructs/audit/archive-attributes';
import { ArchivedAuditTrail } from '../../../lib/constructs/audit/archived-audit-trail';
import { AuditArchive } from '../../../lib/constructs/audit/audit-archive';
import type { ArchiveSource } from '../../../lib/constructs/audit/audit-archive-props';
import { AuditQueries } from '../../../lib/constructs/audit/audit-queries';
import { AuditReplica } from '../../../lib/constructs/audit/audit-replica';
import type { IAuditArchive } from '../../../lib/constructs/audit/i-audit-archive';
import { AuditorRole } from '../../../lib/constructs/audit/auditor-role';
import { AlarmTopic } from '../../../lib/constructs/monitoring/alarm-topic';
import { TamperAlarms } from '../../../lib/constructs/monitoring/tamper-alarms';
import { allRules } from '../../../lib/rules/registry';
import { runRules } from '../../../lib/rules/run-rules';

const REGION = 'eu-west-1';
const ARCHIVE = '777788889999';
const SAFE = '444455556666';
const ORDERS = '111122223333';
const retention = Duration.days(400);
const BUCKET = 'example-audit-archive';
const READER = `arn:aws:iam::${ORDERS}:role/orders-auditor`;

/** What both apps are given. */
const SOURCES: ArchiveSource[] = [{ name: 'orders', account: ORDERS, readerArns: [READER] }];
const ATTRIBUTES: AuditArchiveAttributes = {
  bucketName: BUCKET,
  account: ARCHIVE,
  region: REGION,
  retention,
  sources: SOURCES,
  replica: { bucketName: 'example-audit-copies', account: SAFE, region: 'eu-central-1', retention },
};

const stackOf = (app: App, id: string, account: string, region = REGION): Stack =>
  new Stack(app, id, { env: { account, region } });

/** The app of the archive: its own trail beside the sources. */
function archiveIn(app: App, sources: ArchiveSource[] = SOURCES): AuditArchive {
  const replica = new AuditReplica(stackOf(app, 'Safe', SAFE, 'eu-central-1'), 'Copies', {
    bucketName: 'example-audit-copies',
    retention,
  });
  const at = stackOf(app, 'Archive', ARCHIVE);
  const archive = new AuditArchive(at, 'Archive', {
    bucketName: BUCKET,
    retention,
    sources: [...sources, { name: 'archive', account: ARCHIVE }],
    replica,
  });
  new ArchivedAuditTrail(at, 'Record', { archive, source: 'archive' });
  return archive;
}

/** The app of an account, with an auditor, its queries and alarms. */
function ordersIn(app: App, archive: (stack: Stack) => IAuditArchive): ArchivedAuditTrail {
  const stack = stackOf(app, 'Orders', ORDERS);
  const trail = new ArchivedAuditTrail(stack, 'Record', { archive: archive(stack), source: 'orders' });
  trail.createLogGroup(stack, 'AccessLog');
  const assumedBy = new iam.AccountPrincipal(ORDERS);
  new AuditorRole(stack, 'Auditor', { vault: trail, owner: 'security', assumedBy, roleName: 'orders-auditor' });
  new AuditQueries(stack, 'Queries', { vault: trail, since: '2026-11-01' });
  const alarmTopic = new AlarmTopic(stack, 'Topic', { emails: ['on-call@example.com'] });
  new TamperAlarms(stack, 'Tampering', { vault: trail, alarmTopic });
  return trail;
}
const imported =
  (attributes: Partial<AuditArchiveAttributes> = {}) =>
  (stack: Stack): IAuditArchive =>
    AuditArchive.fromAttributes(stack, 'Archive', { ...ATTRIBUTES, ...attributes });

const templatesOf = (app: App) =>
  app.synth().stacks.map(({ stackName, template, environment: { account, region } }) => ({
    name: stackName,
    file: stackName,
    body: template as Record<string, any>,
    account,
    region,
  }));

const archiveApp = new App();
archiveIn(archiveApp);
const ordersApp = new App();
ordersIn(ordersApp, imported());
const oneApp = new App();
const both = archiveIn(oneApp, [{ name: 'orders', account: ORDERS }]);
ordersIn(oneApp, () => both);

const [THERE, HERE, ONE] = [archiveApp, ordersApp, oneApp].map(templatesOf) as [Templates, Templates, Templates];
type Templates = ReturnType<typeof templatesOf>;
const bodyOf = (templates: Templates, stack: string): Record<string, any> =>
  templates.find(({ name }) => name === stack)?.body ?? {};
/** What is deployed of a stack, by logical id. The partition of a region that is known, is known. */
const properties = (templates: Templates, stack: string): Record<string, any> =>
  Object.fromEntries(
    Object.entries<any>(bodyOf(templates, stack)['Resources'])
      .filter(([, { Type }]) => Type !== 'AWS::CDK::Metadata')
      .map(([id, { Type, Properties }]) => [id, { Type, Properties: written(Properties) }]),
  );

/** Joins that are known in full, as texts; statements in one order. */
function written(value: any): any {
  if (Array.isArray(value)) {
    const all = value.map(written);
    return all.every((each) => each?.Effect !== undefined) ? all.sort((a, b) => (text(a) < text(b) ? -1 : 1)) : all;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (value.Ref === 'AWS::Partition') return 'aws';
  const parts = value['Fn::Join']?.[1]?.map(written);
  if (parts?.every((each: unknown) => typeof each === 'string') === true) return parts.join(value['Fn::Join'][0]);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, written(each)]));
}

function text(value: unknown): string {
  return JSON.stringify(value);
}

describe('an archive and an account in apps of their own', () => {
  it('are deployed as in one app: each statement, role and destination is the same', () => {
    for (const stack of ['Safe', 'Archive']) expect(properties(THERE, stack)).toEqual(properties(ONE, stack));
    expect(properties(HERE, 'Orders')).toEqual(properties(ONE, 'Orders'));
  });

  it('print what the other has to be given', () => {
    const [attributes] = Object.values<any>(bodyOf(THERE, 'Archive')['Outputs']);
    const { retentionDays, replica, ...named } = JSON.parse(attributes.Value);
    expect({
      ...named,
      retention: Duration.days(retentionDays),
      sources: SOURCES,
      replica: { ...replica, retentionDays: undefined, retention: Duration.days(replica.retentionDays) },
    }).toEqual(ATTRIBUTES);
    const [source] = Object.values<any>(bodyOf(HERE, 'Orders')['Outputs']);
    const printed: ArchiveSource = JSON.parse(source.Value);
    expect(printed).toEqual({
      ...SOURCES[0],
      region: REGION,
      trailName: 'orders-audit',
      logs: true,
    });
    const app = new App();
    archiveIn(app, [printed]);
    expect(properties(templatesOf(app), 'Archive')).toEqual(properties(THERE, 'Archive'));
    expect(Object.keys(bodyOf(ONE, 'Orders')['Outputs'] ?? {})).toEqual([]);
  });

  it('are judged alone and together: no rule finds anything, and the app says what it does not see', () => {
    for (const templates of [THERE, HERE, [...THERE, ...HERE]]) {
      expect(runRules(snapshotOf(templates), allRules).map(({ ruleId, message }) => `${ruleId} ${message}`)).toEqual(
        [],
      );
    }
    const warnings = ordersApp.synth().stacks.flatMap(({ messages }) => messages);
    expect(JSON.stringify(warnings)).toContain(`the archive \`${BUCKET}\` of ${ARCHIVE} in ${REGION}`);
  });

  it('are found together where the archive has no lock', () => {
    const there = structuredClone(THERE);
    for (const { Type, Properties } of Object.values<any>(bodyOf(there, 'Archive')['Resources'])) {
      if (Type === 'AWS::S3::Bucket' && Properties.BucketName === BUCKET) Properties.ObjectLockEnabled = false;
    }
    const found = runRules(snapshotOf([...there, ...HERE]), allRules).map(({ ruleId }) => ruleId);
    expect(found).toContain('Bulkhead-AUD1');
  });

  it('a trail or a copy that goes to another bucket than was declared is found by itself', () => {
    const changed = (change: (properties: any) => void) => {
      const here = structuredClone(HERE);
      for (const { Properties } of Object.values<any>(bodyOf(here, 'Orders')['Resources'])) change(Properties);
      return runRules(snapshotOf(here), allRules).filter(({ ruleId }) => ruleId === 'Bulkhead-AUD1').length;
    };
    expect(changed((each) => each.S3BucketName !== undefined && (each.S3BucketName = 'somewhere'))).toBe(1);
    const rulesOf = (each: any): any[] => each.ReplicationConfiguration?.Rules ?? [];
    const elsewhere = (each: any): void =>
      rulesOf(each).forEach(({ Destination }) => (Destination.Bucket = 'arn:aws:s3:::somewhere'));
    expect(changed(elsewhere)).toBe(1);
  });
});

describe.each<[string, (app: App) => void]>([
  ['the archive, as docs/audit.md says', (app) => void archiveIn(app)],
  ['the account, as docs/audit.md says', (app) => void ordersIn(app, imported())],
  ['an account whose archive is in the same account', (app) => void ordersIn(app, imported({ account: ORDERS }))],
])('no check refuses the app of %s', (_, build) => {
  it('as it is declared', () => {
    const app = new App();
    Bulkhead.protect(app);
    build(app);
    expect(() => app.synth()).not.toThrow();
  });
});

describe('what does not fit is refused', () => {
  const here = (attributes: Partial<AuditArchiveAttributes>, region = REGION) => {
    const stack = stackOf(new App(), 'Orders', ORDERS, region);
    return new ArchivedAuditTrail(stack, 'Record', { archive: imported(attributes)(stack), source: 'orders' });
  };
  const token = Lazy.string({ produce: () => 'later' });
  it.each<[string, Partial<AuditArchiveAttributes>, RegExp]>([
    ['a bucket without such a name', { bucketName: 'Archive_' }, /^BH4050: `bucketName` is `Archive_`/],
    ['a bucket known later', { bucketName: token }, /^BH4050: `bucketName` is not known/],
    ['an account that is none', { account: 'archive' }, /^BH4055: account or region of the archive/],
    ['an account known later', { account: token }, /^BH4055/],
    ['a region that is none', { region: 'Ireland' }, /^BH4055/],
    ['a region known later', { region: token }, /^BH4055/],
    ['a region of another partition', { region: 'cn-north-1' }, /^BH4055/],
    ['a replica in a region that is none', { replica: { ...ATTRIBUTES.replica!, region: 'x' } }, /^BH4055.*replica/],
    ['a replica without a name', { replica: { ...ATTRIBUTES.replica!, bucketName: 'X' } }, /^BH4055: the replica/],
    ['a replica that forgets', { replica: { ...ATTRIBUTES.replica!, retention: Duration.days(0) } }, /^BH4001/],
    ['no source', { sources: [] }, /^BH4050: there are 0 sources/],
    ['another source', { sources: [{ name: 'billing', account: ORDERS }] }, /^BH4051: `orders` is no source/],
    ['a source of another account', { sources: [{ name: 'orders', account: SAFE }] }, /^BH4052/],
    [
      'a reader that is a session',
      { sources: [{ name: 'orders', account: ORDERS, readerArns: ['x'] }] },
      /^BH4050: a reader/,
    ],
  ])('%s', (_, attributes, expected) => {
    expect(() => here(attributes)).toThrow(expected);
  });

  it('a reader whom the other app cannot know, or does not', () => {
    const trail = here({});
    const stack = Stack.of(trail);
    const assumedBy = new iam.AccountPrincipal(ORDERS);
    const auditor = (id: string, more: { roleName?: string }) => () =>
      new AuditorRole(stack, id, { vault: trail, owner: 'security', assumedBy, ...more });
    expect(auditor('Nameless', {})).toThrow(/^BH4056: .*no name that is known.*give it a `roleName`/s);
    expect(auditor('Another', { roleName: 'another' })).toThrow(
      /^BH4056: the reader `arn:aws:iam::111122223333:role\/another` is not among the `readerArns` of `orders`/,
    );
    expect(auditor('Known', { roleName: 'orders-auditor' })).not.toThrow();
  });

  it('what is no archive', () => {
    const stack = stackOf(new App(), 'Orders', ORDERS);
    for (const archive of [undefined, stack] as any[]) {
      expect(
        () => new ArchivedAuditTrail(stack, `R${stack.node.children.length}`, { archive, source: 'orders' }),
      ).toThrow(/^BH4057/);
    }
  });
});
