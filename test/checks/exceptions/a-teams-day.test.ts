// A legacy app becomes clean in a day: findings, a register that is generated and filled in, a clean synth; and what
// comes after that is refused.
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Stage, Validations } from 'aws-cdk-lib';
import type { CfnResource } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { Bulkhead } from '../../../lib/checks/bulkhead';
import { ExceptionRegister } from '../../../lib/checks/exceptions/exception-register';
import type { ExceptionRegisterProps } from '../../../lib/checks/exceptions/exception-register';
import { run } from '../../cli/support/run';
import { filledIn } from '../../support/filled-in';
import { TODAY } from './entry';

const folder = mkdtempSync(join(tmpdir(), 'bulkhead-day-'));
const REGISTER = join(folder, 'bulkhead.exceptions.yaml');

interface Legacy {
  readonly api: Stack;
  readonly worker: iam.Role;
}

/** As many apps are: grants by wildcard, an open API, a trust in another account, keys for a user. */
function legacy(app: App): Legacy {
  const stack = new Stack(new Stage(app, 'Prod'), 'Orders');
  const bucket = new s3.Bucket(stack, 'Invoices');
  const worker = new iam.Role(stack, 'Worker', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  bucket.grantReadWrite(worker);
  worker.addToPolicy(new iam.PolicyStatement({ actions: ['dynamodb:*'], resources: ['*'] }));
  const handler = new lambda.Function(stack, 'Handler', {
    code: lambda.Code.fromInline('exports.handler = async () => ({})'),
    handler: 'index.handler',
    runtime: lambda.Runtime.NODEJS_22_X,
    role: worker,
  });
  new apigateway.LambdaRestApi(stack, 'Api', { handler });
  const vendor = new iam.AccountPrincipal('444455556666');
  new iam.Role(stack, 'Vendor', {
    assumedBy: vendor,
    managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AdministratorAccess')],
  });
  new iam.CfnAccessKey(stack, 'CiKey', { userName: new iam.User(stack, 'Ci').userName });
  return { api: stack, worker };
}

function synth(props: ExceptionRegisterProps | undefined, change: (app: App, parts: Legacy) => void = () => {}) {
  const app = new App({ analyticsReporting: false, confirmValidationPluginsDoNotMutate: true });
  const parts = legacy(app);
  change(app, parts);
  const exceptions = props && ExceptionRegister.fromFile(REGISTER, { today: TODAY, ...props });
  Bulkhead.protect(app, { exceptions });
  let thrown = '';
  try {
    app.synth();
  } catch (error) {
    thrown = (error as Error).message;
  }
  const read = (name: string): any => {
    const file = join(app.outdir, name);
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  };
  return {
    thrown,
    outdir: app.outdir,
    report: read('validation-report.json'),
    evidence: read('bulkhead-evidence.json'),
  };
}

const rulesIn = (thrown: string): readonly string[] => [...new Set(thrown.match(/Bulkhead-[A-Z]+\d+/g) ?? [])].sort();

describe('a day of a team with a legacy app', () => {
  let outdir: string;
  let found: number;

  beforeAll(() => {
    const first = synth(undefined);
    outdir = first.outdir;
    found = first.evidence.open.length;
    expect(first.thrown).toContain('Bulkhead-IAM1');
    expect(first.evidence).toMatchObject({ holds: false, exceptions: [] });
    const { code, written } = run(['check', outdir, '--write-exceptions', REGISTER]);
    expect(code).toBe(1);
    writeFileSync(REGISTER, written[REGISTER] ?? '');
  });

  it('finds what the synth finds, and writes an entry for each', () => {
    expect(found).toBeGreaterThan(10);
    expect(readFileSync(REGISTER, 'utf8').match(/- rule:/g)).toHaveLength(found);
  });

  it('is refused as long as nobody owns and approves the entries', () => {
    const { thrown } = synth({});
    expect(thrown).toContain('`owner` that is not filled in');
    expect(rulesIn(thrown)).toEqual(expect.arrayContaining(['Bulkhead-EXC1', 'Bulkhead-IAM1']));
  });

  describe('when the entries are filled in', () => {
    beforeAll(() => writeFileSync(REGISTER, filledIn(readFileSync(REGISTER, 'utf8'))));

    it('synthesizes, and the report and the evidence say what is open', () => {
      const { thrown, report, evidence } = synth({});
      expect(thrown).toBe('');
      const [{ violations }] = report.pluginReports.filter((each: any) => each.pluginName === 'Bulkhead');
      const [leftOpen] = violations.filter((each: any) => each.ruleName === 'Bulkhead-EXC0');
      expect(Object.keys(leftOpen.ruleMetadata)).toHaveLength(found);
      expect(violations.map((each: any) => each.severity).sort()).toEqual(['info', 'warning']);
      expect(evidence).toMatchObject({ holds: true, date: TODAY, open: [], register: { file: REGISTER, maxDays: 90 } });
      expect(evidence.exceptions).toHaveLength(found);
      expect(evidence.exceptions[0]).toMatchObject({
        owner: 'platform-team',
        approver: 'ada@example.com',
        ticket: 'SEC-1',
      });
    });

    it('holds on the command line, too', () => {
      expect(run(['check', outdir, '--exceptions', REGISTER]).code).toBe(0);
    });

    it('is the same evidence for the same synth, and its seal is checked', () => {
      const [one, other] = [synth({}), synth({})];
      expect(one.evidence).toEqual(other.evidence);
      expect(run(['verify-evidence', one.outdir])).toMatchObject({ code: 0, out: `seal ${one.evidence.sha256}\n` });
    });

    it.each<[string, (app: App, parts: Legacy) => void, readonly string[]]>([
      [
        'one more action in a statement that an exception is for',
        (_, { worker }) =>
          worker.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: ['*'] })),
        ['Bulkhead-EXC6', 'Bulkhead-IAM2'],
      ],
      [
        'the policy that an exception is for, on one more role',
        (_, { api, worker }) => {
          const other = new iam.Role(api, 'Other', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
          const policy = worker.node.findChild('DefaultPolicy') as iam.Policy;
          policy.attachToRole(other);
        },
        ['Bulkhead-EXC6', 'Bulkhead-IAM1', 'Bulkhead-IAM2'],
      ],
      [
        'another role by wildcard',
        (_, { api }) =>
          new iam.Role(api, 'New', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }).addToPolicy(
            new iam.PolicyStatement({ actions: ['s3:*'], resources: ['arn:aws:s3:::a/b'] }),
          ),
        ['Bulkhead-IAM1'],
      ],
      [
        'a raw override',
        (_, { api }) => {
          const vendor = api.node.findChild('Vendor').node.defaultChild as CfnResource;
          vendor.addPropertyOverride('AssumeRolePolicyDocument.Statement.0.Principal', { AWS: '*' });
        },
        ['Bulkhead-ESC1', 'Bulkhead-EXC7', 'Bulkhead-IAM5', 'Bulkhead-IAM6'],
      ],
    ])('refuses %s', (_, change, expected) => {
      const { thrown, evidence } = synth({}, change);
      const rules = rulesIn(thrown).filter((each) => each !== 'Bulkhead-EXC0' && each !== 'Bulkhead-EXC9');
      expect(rules).toEqual(expected);
      expect(evidence.holds).toBe(false);
    });

    it('does not mind what has nothing to do with it', () => {
      const { thrown } = synth({}, (_, { api, worker }) => {
        new s3.Bucket(api, 'Unrelated');
        worker.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::a/b'] }));
      });
      expect(thrown).toBe('');
    });

    it('is refused when the exceptions end, and when what they are for is mended', () => {
      expect(rulesIn(synth({ today: '2027-02-01' }).thrown)).toContain('Bulkhead-EXC2');
      const { thrown } = synth({}, (_, { api }) => api.node.tryRemoveChild('CiKey'));
      expect(rulesIn(thrown).filter((each) => /EXC[^09]/.test(each))).toEqual(['Bulkhead-EXC7']);
    });
  });
});

describe('acknowledgements of the CDK where they need an exception', () => {
  const acknowledged = (at: (app: App, key: iam.CfnAccessKey) => { scope: any; reason: string }, require = true) => {
    const file = join(folder, 'empty.yaml');
    writeFileSync(file, 'version: 1\nexceptions: []\n');
    const app = new App({ analyticsReporting: false });
    const key = new iam.CfnAccessKey(new Stack(app, 'Orders'), 'Key', { userName: 'ada' });
    const { scope, reason } = at(app, key);
    Validations.of(scope).acknowledge({ id: 'Bulkhead-IAM9', reason });
    const exceptions = ExceptionRegister.fromFile(file, { today: TODAY, requireForAcknowledgements: require });
    Bulkhead.protect(app, { exceptions });
    try {
      app.synth();
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('hold without one where that is not asked', () => {
    expect(acknowledged((_, key) => ({ scope: key, reason: 'for the migration' }), false)).toBe('');
  });

  it('are refused without an entry, without a reason, and at the app', () => {
    const without = acknowledged((_, key) => ({ scope: key, reason: 'for the migration' }));
    expect(without).toContain(
      'found an acknowledgement of `Bulkhead-IAM9` of the finding at `Orders/Key` without an exception',
    );
    expect(acknowledged((_, key) => ({ scope: key, reason: '  ' }))).toContain('`Bulkhead-IAM9` without a reason');
    expect(acknowledged((app) => ({ scope: app, reason: 'all of them' }))).toContain(
      '`Bulkhead-IAM9` at the app or a stage',
    );
  });
});
