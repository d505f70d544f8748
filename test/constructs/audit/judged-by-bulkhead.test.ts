import { App, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import type { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import { expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { Bulkhead } from '../../../lib/checks/bulkhead';
import { ArchivedAuditTrail } from '../../../lib/constructs/audit/archived-audit-trail';
import { AuditArchive } from '../../../lib/constructs/audit/audit-archive';
import { AuditQueries } from '../../../lib/constructs/audit/audit-queries';
import { AuditReplica } from '../../../lib/constructs/audit/audit-replica';
import { AuditVault } from '../../../lib/constructs/audit/audit-vault';
import { AuditorRole } from '../../../lib/constructs/audit/auditor-role';
import { DataEvents } from '../../../lib/constructs/audit/data-events';
import { AlarmTopic } from '../../../lib/constructs/monitoring/alarm-topic';
import { TamperAlarms } from '../../../lib/constructs/monitoring/tamper-alarms';
import { writeOnceOf } from '../../../lib/engine/duties/write-once-of';
import { ACCOUNT, REGION } from './deployed';

const retention = Duration.days(400);
const here = { account: ACCOUNT, region: REGION };

/** The first example of docs/audit.md. */
function example(stack: Stack): void {
  const vault = new AuditVault(stack, 'Record', { retention, dataEvents: [DataEvents.FUNCTIONS] });
  const security = new AlarmTopic(stack, 'Security', { emails: ['security@example.com'] });
  new TamperAlarms(stack, 'Tampering', { vault, alarmTopic: security });
  const assumedBy = new iam.AccountPrincipal(ACCOUNT);
  const auditor = new AuditorRole(stack, 'Auditor', { vault, owner: 'security', assumedBy });
  new AuditQueries(stack, 'Queries', { vault, since: '2026-11-01' }).grantRun(auditor);
}

const alone = (stack: Stack): void => void new AuditVault(stack, 'Vault', { retention });
const stackOf = (app: App, env = {}, id = 'Orders'): Stack => new Stack(app, id, { env });

/** The second example of docs/audit.md, and a vault with a replica. */
function archived(app: App, isCopied: boolean): void {
  const safe = stackOf(app, { account: '444455556666', region: 'eu-central-1' }, 'Safe');
  const archiving = stackOf(app, { account: '777788889999', region: REGION }, 'Archive');
  const replica = new AuditReplica(safe, 'Copies', { bucketName: 'example-audit-copies', retention });
  const archive = new AuditArchive(archiving, 'Archive', {
    bucketName: 'example-audit-archive',
    retention,
    sources: [
      { name: 'orders', account: ACCOUNT },
      { name: 'archive', account: '777788889999' },
    ],
    ...(isCopied ? { replica } : {}),
  });
  new ArchivedAuditTrail(archiving, 'Record', { archive, source: 'archive' });
  new ArchivedAuditTrail(stackOf(app, here), 'Record', { archive, source: 'orders' });
  new AuditVault(stackOf(app, here, 'Vaults'), 'Vault', { retention, replica });
}

// Nothing here receives a log group beside that of the trail.
it.each<[string, (app: App) => void]>([
  ['the first example of docs/audit.md', (app) => example(stackOf(app, here))],
  ['the second example of docs/audit.md, and a vault with a replica', (app) => archived(app, true)],
  ['an archive without a replica', (app) => archived(app, false)],
  ['a vault alone', (app) => alone(stackOf(app, here))],
  ['a vault where only the region is known', (app) => alone(stackOf(app, { region: REGION }))],
  ['a vault where no account and region are known', (app) => alone(stackOf(app))],
  [
    'two vaults',
    (app) => {
      const stack = stackOf(app, here);
      alone(stack);
      new AuditVault(stack, 'Second', { retention });
    },
  ],
])('no check refuses %s', (_, build) => {
  const app = new App();
  Bulkhead.protect(app);
  build(app);
  expect(() => app.synth()).not.toThrow();
});

it.each<[string, iam.IPrincipal]>([
  ['functions', new iam.ServicePrincipal('lambda.amazonaws.com')],
  [
    'functions besides',
    new iam.CompositePrincipal(
      new iam.ServicePrincipal('logs.amazonaws.com'),
      new iam.ServicePrincipal('lambda.amazonaws.com'),
    ),
  ],
])('a role that sends to the stream of a record is found where %s assume it (AUD7)', (_, assumedBy) => {
  const app = new App();
  const stack = stackOf(app, here);
  alone(stack);
  const delivery = stack.node.findChild('Vault').node.findChild('LogDelivery');
  const { attrArn } = delivery.node.findChild('Stream') as CfnDeliveryStream;
  const role = new iam.Role(stack, 'Role', { assumedBy });
  role.addToPolicy(new iam.PolicyStatement({ actions: ['firehose:PutRecord'], resources: [attrArn] }));
  const [{ template }] = app.synth().stacks as [CloudFormationStackArtifact];
  const found = writeOnceOf(snapshotOf([{ name: 'Orders', file: 'Orders', body: template, ...here }])).principals;
  const ways = found.filter(({ ways: some }) => some.length > 0).map(({ logicalId, ways: some }) => [logicalId, some]);
  expect(ways).toEqual([[expect.stringMatching(/^Role/), [expect.objectContaining({ kinds: ['forging'] })]]]);
});
