import { App, NestedStack, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Bulkhead } from '../../../lib/checks/bulkhead';
import { SeparationOfDuties } from '../../../lib/constructs/separation/separation-of-duties';
import { evidenceDrifts } from '../../../lib/runtime/review/evidence';
import { review } from '../../../lib/runtime/review/review';
import { ACCOUNT, FakeAccount, REGION } from '../../runtime/review/fake-account';

const folder = mkdtempSync(join(tmpdir(), 'cdk-bulkhead-nested-evidence-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the evidence has the templates of nested stacks, and a review tells of a nested stack that was exchanged', async () => {
  const app = new App({ outdir: folder });
  const stack = new Stack(app, 'People', { env: { account: ACCOUNT, region: REGION } });
  const inner = new NestedStack(new NestedStack(stack, 'Nested'), 'Inner');
  new iam.Role(inner, 'Job', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  Bulkhead.protect(app, { separation: SeparationOfDuties.recommended() });
  const account = new FakeAccount([stack]);
  const text = readFileSync(join(folder, 'bulkhead-evidence.json'), 'utf8');
  const { templates } = JSON.parse(text) as { templates: { stack: string; file: string }[] };
  expect(templates.map(({ stack: path }) => path.split('/').length)).toEqual([1, 2, 3]);
  const drifts = async () => {
    const { stacks } = await review(['People'], account.call);
    return evidenceDrifts(text, stacks, [{ name: 'People', path: 'People' }]).map(
      ({ stack: name, aspect, sort }) => `${name.replace(/-.*Inner.*/, '-…Inner')}, ${aspect}, ${sort}`,
    );
  };
  expect(await drifts()).toEqual([]);
  const [, nested] = [...account.cloudFormation.stacks].find(([name]) => /Inner/.test(name)) ?? [];
  (nested as any).body = (nested as any).body.replace('lambda.amazonaws.com', 'ec2.amazonaws.com');
  expect(await drifts()).toEqual(['People-…Inner, Template, changed']);
});
