import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sealed } from '../../../lib/checks/evidence/seal';
import { templateAsGivenBack } from '../../../lib/model/canonical-json';
import { findingOf } from '../../../lib/runtime/review/asff';
import type { Asff } from '../../../lib/runtime/review/asff';
import type { Drift } from '../../../lib/runtime/review/drift';
import { runReview } from '../../../lib/runtime/review/run';
import type { ReviewSettings } from '../../../lib/runtime/review/settings';
import { tellFindings } from '../../../lib/runtime/review/tell';
import { ACCOUNT, FakeAccount, REGION } from './fake-account';
import { reviewedApp } from './reviewed-app';

const app = reviewedApp();
const DAY = 86_400_000;
/** @see https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html */
const REQUIRED =
  'AwsAccountId CreatedAt Description GeneratorId Id ProductArn Resources SchemaVersion Severity Title Types UpdatedAt'.split(
    ' ',
  );

const settings = (more: Partial<ReviewSettings> = {}): ReviewSettings => ({
  review: 'c8f00',
  namespace: 'Bulkhead/c8f00',
  partition: 'aws',
  account: ACCOUNT,
  region: REGION,
  stacks: app.names.map((name) => ({ name, path: `App/${name}` })),
  to: 'topic',
  ...more,
});

const stop = (account: FakeAccount, logs = false): void => {
  for (const trail of account.cloudTrail.trails.values()) trail['logs'] = logs;
};
const shorten = (account: FakeAccount): void => {
  FakeAccount.of(account.s3.buckets, 'vaultbucket')['ObjectLockConfiguration'].Rule.DefaultRetention.Days = 1;
};

describe('findings', () => {
  const drift: Drift = {
    stack: 'People',
    logicalId: 'Job',
    type: 'AWS::IAM::Role',
    resource: `arn:aws:iam::${ACCOUNT}:role/job`,
    aspect: 'Trust',
    sort: 'widened',
    severity: 'HIGH',
    what: 'x'.repeat(2000),
  };
  const frame = { ...settings(), now: '2026-11-22T00:00:00.000Z' };

  it('have what Security Hub asks for, within its limits', () => {
    const finding = findingOf(drift, frame);
    for (const name of REQUIRED) {
      expect(finding).toHaveProperty(name);
    }
    expect(finding.SchemaVersion).toBe('2018-10-08');
    expect(finding.ProductArn).toBe(`arn:aws:securityhub:${REGION}:${ACCOUNT}:product/${ACCOUNT}/default`);
    expect(finding.Title.length).toBeLessThanOrEqual(256);
    expect(finding.Description.length).toBeLessThanOrEqual(1024);
    expect(finding.Id.length).toBeLessThanOrEqual(512);
    expect(finding.Resources).toEqual([{ Type: 'AwsIamRole', Id: drift.resource, Partition: 'aws', Region: REGION }]);
  });

  it('are the same wherever the drift is, whatever became of it, and others where it is elsewhere', () => {
    const id = (more: Partial<Drift>): string => findingOf({ ...drift, ...more }, frame).Id;
    expect(id({ sort: 'changed', severity: 'LOW', what: 'y' })).toBe(id({}));
    expect(new Set([id({}), id({ aspect: 'Boundary' }), id({ logicalId: 'Other' }), id({ stack: 'Other' })]).size).toBe(
      4,
    );
  });

  it('are put on the event bus in parts that fit, and a refused one is an error', async () => {
    const many = Array.from({ length: 300 }, (_, index) => findingOf({ ...drift, aspect: String(index) }, frame));
    const account = new FakeAccount(app.stacks);
    await tellFindings(many, 'c8f00', 'default', account.call);
    const details = account.eventBridge.events.map(({ Detail }) => JSON.parse(Detail));
    expect(details.length).toBeGreaterThan(1);
    expect(details.flatMap(({ findings }) => findings)).toHaveLength(300);
    for (const { Detail } of account.eventBridge.events) expect(Detail.length).toBeLessThan(256 * 1024);
    const refusing = async () => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] });
    await expect(tellFindings(many, 'c8f00', 'default', refusing)).rejects.toThrow('ThrottlingException');
  });
});

describe('what a review tells', () => {
  it('is nothing where there is no drift, but that it was finished', async () => {
    const account = new FakeAccount(app.stacks);
    const lines = await runReview(settings(), account.call, DAY);
    expect(account.eventBridge.events).toEqual([]);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0])).toMatchObject({ Reviews: 1, Drifts: 0, Unknown: 0 });
  });

  it('goes to the topic by an event with its findings', async () => {
    const account = new FakeAccount(app.stacks);
    stop(account);
    const lines = await runReview(settings(), account.call, DAY);
    expect(account.eventBridge.events).toMatchObject([
      { Source: 'cdk-bulkhead.scheduled-review', EventBusName: 'default' },
    ]);
    const { review, findings } = JSON.parse(account.eventBridge.events[0]['Detail']);
    expect(review).toBe('c8f00');
    expect(findings).toMatchObject([{ Severity: { Label: 'CRITICAL' }, RecordState: 'ACTIVE' }]);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ Reviews: 1, Drifts: 1 });
  });

  it('is brought up to date in Security Hub: kept while it lasts, archived when it ends, created again', async () => {
    const account = new FakeAccount(app.stacks);
    const hub = settings({ to: 'security-hub' });
    stop(account);
    shorten(account);
    await runReview(hub, account.call, DAY);
    const states = (): string[] =>
      [...account.securityHub.findings.values()].map(({ RecordState }) => RecordState).sort();
    expect(states()).toEqual(['ACTIVE', 'ACTIVE']);
    stop(account, true);
    await runReview(hub, account.call, 2 * DAY);
    expect(states()).toEqual(['ACTIVE', 'ARCHIVED']);
    const kept = [...account.securityHub.findings.values()].find(({ RecordState }) => RecordState === 'ACTIVE');
    expect(kept).toMatchObject({ CreatedAt: '1970-01-02T00:00:00.000Z', UpdatedAt: '1970-01-03T00:00:00.000Z' });
    const ended = [...account.securityHub.findings.values()].find(
      ({ RecordState }) => RecordState === 'ARCHIVED',
    ) as Asff;
    expect(ended.UpdatedAt).toBe('1970-01-03T00:00:00.000Z');
    stop(account);
    await runReview(hub, account.call, 3 * DAY);
    expect(states()).toEqual(['ACTIVE', 'ACTIVE']);
    expect(account.eventBridge.events).toEqual([]);
  });

  it('does not end in Security Hub because it cannot be read', async () => {
    const account = new FakeAccount(app.stacks);
    const hub = settings({ to: 'security-hub' });
    stop(account);
    shorten(account);
    await runReview(hub, account.call, DAY);
    account.refused.add('cloudtrail:GetTrail').add('s3:GetBucketVersioning');
    await runReview(hub, account.call, 2 * DAY);
    expect([...account.securityHub.findings.values()].filter(({ RecordState }) => RecordState === 'ARCHIVED')).toEqual(
      [],
    );
  });

  it('is an error where Security Hub refuses a finding, or CloudFormation cannot be read', async () => {
    const account = new FakeAccount(app.stacks);
    stop(account);
    const call: typeof account.call = async (service, operation, input) =>
      operation === 'BatchImportFindings'
        ? { FailedCount: 1, FailedFindings: [{ Id: 'x', ErrorCode: 'InvalidInput' }] }
        : account.call(service, operation, input);
    await expect(runReview(settings({ to: 'security-hub' }), call, DAY)).rejects.toThrow('InvalidInput');
    account.refused.add('cloudformation:GetTemplate');
    await expect(runReview(settings(), account.call, DAY)).rejects.toThrow('AccessDenied');
  });
});

describe('the evidence of the last synth', () => {
  const evidence = { bucket: 'evidence', key: 'bulkhead-evidence.json', account: ACCOUNT };
  const written = (account: FakeAccount, more: object = {}): object => ({
    date: '2026-11-22',
    holds: true,
    templates: [...account.cloudFormation.stacks].map(([name, { template }]) => ({
      stack: `App/${name}`,
      file: `${name}.template.json`,
      deployedSha256: createHash('sha256')
        .update(templateAsGivenBack(JSON.stringify(template)) ?? '')
        .digest('hex'),
    })),
    ...more,
  });
  const told = async (plant: (account: FakeAccount) => string | undefined): Promise<string[]> => {
    const account = new FakeAccount(app.stacks);
    const text = plant(account);
    if (text !== undefined) account.s3.objects.set(evidence.key, text);
    const lines = await runReview(settings({ evidence }), account.call, DAY);
    return lines.slice(0, -1).map((line) => {
      const { stack, aspect, sort } = JSON.parse(line);
      return `${stack} ${aspect} ${sort}`;
    });
  };

  it('agrees with what was deployed from its templates, characters beyond ASCII included', async () => {
    const account = new FakeAccount(app.stacks);
    expect(JSON.stringify(account.cloudFormation.stacks.get('People')?.['template'])).toMatch(/[^\0-\x7f]/);
    expect(await told((each) => JSON.stringify(sealed(written(each))))).toEqual([]);
  });

  it.each<[string, (account: FakeAccount) => string | undefined, string[]]>([
    ['is not there', () => undefined, ['Record Evidence unknown']],
    ['is no evidence', () => 'nothing', ['Record Evidence unknown']],
    [
      'was changed after it was sealed',
      (each) => JSON.stringify({ ...sealed(written(each, { holds: false })), holds: true }),
      ['Record Evidence seal changed'],
    ],
    [
      'left errors open',
      (each) => JSON.stringify(sealed(written(each, { holds: false }))),
      ['Record Evidence findings changed'],
    ],
    [
      'is of another template',
      (each) => {
        const text = JSON.stringify(sealed(written(each)));
        const stack = each.cloudFormation.stacks.get('Legacy') as Record<string, string>;
        stack['body'] = stack['body'].replace('"GET"', '"PUT"');
        return text;
      },
      ['Legacy Template changed', 'Old'],
    ],
    [
      'knows nothing of a stack',
      (each) => {
        const { templates, ...rest } = written(each) as { templates: object[] };
        return JSON.stringify(sealed({ ...rest, templates: templates.slice(1) }));
      },
      ['Record Template changed'],
    ],
    [
      'has no hash of what is deployed',
      (each) =>
        JSON.stringify(
          sealed(
            written(each, {
              templates: [...each.cloudFormation.stacks.keys()].map((name) => ({ stack: `App/${name}` })),
            }),
          ),
        ),
      ['Record Template unknown', 'People Template unknown', 'Service Template unknown', 'Legacy Template unknown'],
    ],
  ])('that %s is told', async (_, plant, expected) => {
    const lines = await told(plant);
    expect(lines.filter((line) => !line.includes(' Method '))).toEqual(expected.filter((each) => each !== 'Old'));
  });
});
