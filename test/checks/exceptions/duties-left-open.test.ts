// The same day with separation of duties: what comes together in one pair of hands is left open, and no more than that.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { expect, it } from 'vitest';
import { Bulkhead, Environment, ExceptionRegister, SeparationOfDuties } from '../../../lib';
import { run } from '../../cli/support/run';
import { filledIn } from '../../support/filled-in';
import { TODAY } from './entry';

const REGISTER = join(mkdtempSync(join(tmpdir(), 'bulkhead-duties-')), 'bulkhead.exceptions.yaml');
const DUTIES = 'Bulkhead-SOD-provision-deploy-watch-audit';

/** A role that deploys and watches, as it grew, and whatever it is given besides. */
function synth(exceptions: boolean, ...more: readonly string[]) {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'Orders', { env: { account: '111122223333', region: 'eu-west-1' } });
  Environment.PRODUCTION.holds(stack);
  const legacy = new iam.Role(stack, 'Legacy', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
  const actions = ['lambda:UpdateFunctionCode', 'cloudwatch:GetMetricData', ...more];
  legacy.addToPolicy(new iam.PolicyStatement({ actions, resources: ['*'] }));
  Bulkhead.protect(app, {
    separation: SeparationOfDuties.recommended(),
    ...(exceptions ? { exceptions: ExceptionRegister.fromFile(REGISTER, { today: TODAY }) } : {}),
  });
  try {
    app.synth();
    return { outdir: app.outdir, thrown: '' };
  } catch (error) {
    return { outdir: app.outdir, thrown: (error as Error).message };
  }
}

it('a violated constraint is left open by an entry that somebody approved, and one more duty is refused', () => {
  const before = synth(false);
  expect(before.thrown).toContain(DUTIES);
  const entries = run(['check', before.outdir, '--write-exceptions', REGISTER]).written[REGISTER] ?? '';
  expect(entries).toContain(`- rule: ${DUTIES}`);
  writeFileSync(REGISTER, filledIn(entries));
  expect(synth(true).thrown).toBe('');

  const { thrown } = synth(true, 'iam:CreatePolicyVersion');
  expect(thrown).toMatch(new RegExp(`${DUTIES}[^]*Bulkhead-EXC6|Bulkhead-EXC6[^]*${DUTIES}`));
  expect(thrown).toContain('access provisioning');
});
