import { App, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { expect, it } from 'vitest';
import { Bulkhead } from '../../../lib/checks/bulkhead';
import { AuditQueries } from '../../../lib/constructs/audit/audit-queries';
import { AuditVault } from '../../../lib/constructs/audit/audit-vault';
import { AuditorRole } from '../../../lib/constructs/audit/auditor-role';
import { DataEvents } from '../../../lib/constructs/audit/data-events';
import { AlarmTopic } from '../../../lib/constructs/monitoring/alarm-topic';
import { TamperAlarms } from '../../../lib/constructs/monitoring/tamper-alarms';
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

// Nothing here receives a log group beside that of the trail.
it.each<[string, (app: App) => void]>([
  ['the first example of docs/audit.md', (app) => example(stackOf(app, here))],
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
