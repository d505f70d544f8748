import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import {
  AuditorRole,
  BreakGlassRole,
  Duty,
  HumanRole,
  MfaProof,
  OperatorRole,
  SeparationOfDuties,
  WorkloadRole,
} from '../../../lib';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { runRules } from '../../../lib/rules/run-rules';
import { separationFindings } from '../../../lib/rules/separation/separation-findings';

const newStack = () => new Stack(new App({ analyticsReporting: false }), 'Orders');
const serviceRole = (stack: Stack) =>
  new iam.Role(stack, 'Legacy', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
const OWNED = { owner: 'orders-team', purpose: 'nightly report' };

function templateOf(stack: Stack): any {
  return App.of(stack)?.synth({ skipValidation: true }).getStackArtifact(stack.artifactId).template;
}

function rulesOf(body: unknown): string[] {
  const found = runRules(snapshotOf([{ name: 'Orders', file: 'Orders.template.json', body }]), undefined, {
    today: '2026-06-30',
  });
  return found.map(({ ruleId }) => ruleId);
}

describe('a role that is there already', () => {
  it('declares kind, owner and purpose, and whom it trusts, in the template', () => {
    const stack = newStack();
    WorkloadRole.fromExisting(serviceRole(stack), OWNED);
    const [role] = Object.values<any>(templateOf(stack).Resources);
    expect(role.Metadata['cdk-bulkhead']).toEqual({
      kind: 'role',
      roleKind: 'workload',
      path: 'Orders/Legacy',
      ...OWNED,
      existing: true,
      trusts: ['service lambda.amazonaws.com'],
      requires: [],
    });
    expect(role.Properties.PermissionsBoundary).toBeUndefined();
  });

  it('is asked for no boundary, and found once its trust is loosened', () => {
    const stack = newStack();
    const role = serviceRole(stack);
    WorkloadRole.fromExisting(role, OWNED);
    role.assumeRolePolicy?.addStatements(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('ec2.amazonaws.com')],
        actions: ['sts:AssumeRole'],
      }),
    );
    const rules = rulesOf(templateOf(stack));
    expect(rules).toContain('Bulkhead-IAM13');
    expect(rules).not.toContain('Bulkhead-IAM10');
  });

  it('is held to MFA where it is for people', () => {
    const stack = newStack();
    const legacy = new iam.Role(stack, 'Legacy', { assumedBy: new iam.AccountPrincipal('111122223333') });
    HumanRole.fromExisting(legacy, OWNED);
    expect(rulesOf(templateOf(stack))).toContain('Bulkhead-IAM7');
  });

  it('keeps the reason why a provider is believed', () => {
    const stack = newStack();
    const legacy = new iam.Role(stack, 'Legacy', { assumedBy: new iam.AccountPrincipal('111122223333') });
    const mfa = MfaProof.identityProvider('hardware key at every sign-in');
    OperatorRole.fromExisting(legacy, { ...OWNED, mfa, reviewOn: '2027-06-30' });
    const [role] = Object.values<any>(templateOf(stack).Resources);
    expect(role.Metadata['cdk-bulkhead']).toMatchObject({
      roleKind: 'operator',
      mfa: 'identity-provider',
      mfaReason: 'hardware key at every sign-in',
      reviewOn: '2027-06-30',
    });
  });

  it('is the role of a function, which stays as it is', () => {
    const stack = newStack();
    const code = lambda.Code.fromInline('exports.handler = async () => {}');
    const handler = new lambda.Function(stack, 'Report', {
      code,
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
    });
    expect(WorkloadRole.fromExisting(handler.role as iam.IRole, OWNED)).toBe(handler.role);
  });

  it('is refused where it is no resource of the app', () => {
    const imported = iam.Role.fromRoleArn(newStack(), 'Imported', 'arn:aws:iam::111122223333:role/legacy');
    expect(() => WorkloadRole.fromExisting(imported, OWNED)).toThrow(/BH2070.*not a resource of this app/);
  });

  it('is refused where it is declared already', () => {
    const role = serviceRole(newStack());
    WorkloadRole.fromExisting(role, OWNED);
    expect(() => WorkloadRole.fromExisting(role, OWNED)).toThrow(/BH2071/);
    const ours = new WorkloadRole(newStack(), 'Ours', {
      ...OWNED,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    expect(() => WorkloadRole.fromExisting(ours, OWNED)).toThrow(/BH2071/);
  });

  it('is refused without an owner', () => {
    expect(() => WorkloadRole.fromExisting(serviceRole(newStack()), { ...OWNED, owner: ' ' })).toThrow(/BH2001/);
  });
});

describe('a role for people that is there already', () => {
  const trusting = (stack: Stack, conditions: Record<string, Record<string, string>>) =>
    new iam.Role(stack, 'Legacy', { assumedBy: new iam.AccountPrincipal('111122223333').withConditions(conditions) });
  const MFA = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
  const named = { ...MFA, StringLike: { 'sts:SourceIdentity': '*' } };
  const trustFindings = (stack: Stack): string[] =>
    rulesOf(templateOf(stack)).filter((each) => /IAM(7|13|14)$/.test(each));

  it('is found as long as its sessions need not say who is behind them', () => {
    const stack = newStack();
    AuditorRole.fromExisting(trusting(stack, MFA), OWNED);
    expect(trustFindings(stack)).toEqual(['Bulkhead-IAM13']);
  });

  it.each([
    ['a pattern', named],
    ['its presence', { ...MFA, Null: { 'sts:SourceIdentity': 'false' } }],
  ])('is not found where its trust asks for a source identity by %s', (_, conditions) => {
    const stack = newStack();
    AuditorRole.fromExisting(trusting(stack, conditions), OWNED);
    expect(trustFindings(stack)).toEqual([]);
    const [role] = Object.values<any>(templateOf(stack).Resources);
    expect(role.Metadata['cdk-bulkhead']).toMatchObject({ roleKind: 'auditor', mfa: 'aws-session', existing: true });
  });

  it('is not asked for a source identity where there is a reason, which the template tells', () => {
    const stack = newStack();
    const withoutSourceIdentity = 'the console switches roles without one';
    HumanRole.fromExisting(trusting(stack, MFA), { ...OWNED, withoutSourceIdentity });
    expect(trustFindings(stack)).toEqual([]);
    const [role] = Object.values<any>(templateOf(stack).Resources);
    expect(role.Metadata['cdk-bulkhead']).toMatchObject({ withoutSourceIdentity });
    expect(() => HumanRole.fromExisting(trusting(newStack(), MFA), { ...OWNED, withoutSourceIdentity: ' ' })).toThrow(
      /BH2012/,
    );
  });

  describe('in emergencies', () => {
    const reasoned = { ...MFA, StringLike: { 'sts:SourceIdentity': '*', 'aws:RequestTag/reason': '?*' } };

    it('is made loud: every assumption is told to somebody', () => {
      const stack = newStack();
      BreakGlassRole.fromExisting(trusting(stack, reasoned), { ...OWNED, alarmEmails: ['on-call@example.com'] });
      expect(trustFindings(stack)).toEqual([]);
      const resources = Object.values<any>(templateOf(stack).Resources);
      const rule = resources.find(({ Type }) => Type === 'AWS::Events::Rule');
      expect(rule.Properties.EventPattern.detail.requestParameters.roleArn).toEqual([
        { 'Fn::GetAtt': [expect.stringMatching(/^Legacy/), 'Arn'] },
      ]);
      expect(resources.filter(({ Type }) => Type === 'AWS::SNS::Subscription')).toHaveLength(1);
    });

    it('is found as long as its trust asks for no reason', () => {
      const stack = newStack();
      BreakGlassRole.fromExisting(trusting(stack, named), { ...OWNED, alarmEmails: ['on-call@example.com'] });
      expect(trustFindings(stack)).toEqual(['Bulkhead-IAM13']);
    });

    it('is found when its alarm is taken away', () => {
      const stack = newStack();
      const role = trusting(stack, reasoned);
      BreakGlassRole.fromExisting(role, { ...OWNED, alarmEmails: ['on-call@example.com'] });
      role.node.findChild('BreakGlass').node.tryRemoveChild('Alarm');
      expect(trustFindings(stack)).toEqual(['Bulkhead-IAM14']);
    });

    it('is refused without anybody who hears', () => {
      expect(() => BreakGlassRole.fromExisting(trusting(newStack(), reasoned), OWNED)).toThrow(/BH2050/);
    });
  });
});

describe('a role of another app', () => {
  const ARN = 'arn:aws:iam::111122223333:role/deployer';

  /** One app may become a role that the other one makes. */
  function apps(): { name: string; file: string; body: any; account: string }[] {
    const env = { account: '111122223333', region: 'eu-west-1' };
    const home = new Stack(new App({ analyticsReporting: false }), 'Home', { env });
    const deployer = new iam.Role(home, 'Deployer', {
      roleName: 'deployer',
      assumedBy: new iam.AccountPrincipal('111122223333'),
    });
    deployer.addToPolicy(new iam.PolicyStatement({ actions: ['lambda:UpdateFunctionCode'], resources: ['*'] }));
    WorkloadRole.fromExisting(deployer, OWNED);
    const app = new App({ analyticsReporting: false });
    const away = new Stack(app, 'Away', { env });
    const imported = iam.Role.fromRoleArn(away, 'Imported', ARN);
    const watcher = new iam.Role(away, 'Watcher', { assumedBy: new iam.AccountPrincipal('111122223333') });
    watcher.addToPolicy(new iam.PolicyStatement({ actions: ['cloudwatch:GetMetricData'], resources: ['*'] }));
    imported.grantAssumeRole(watcher);
    SeparationOfDuties.recommended().only([imported], Duty.DEPLOYMENT)._declareIn(app);
    return [home, away].map((stack) => ({
      name: stack.stackName,
      file: `${stack.stackName}.template.json`,
      body: templateOf(stack),
      account: env.account,
    }));
  }

  it('is judged with its own name where the templates of both apps are judged together', () => {
    const [home, away] = apps();
    const found = (sources: any[]) =>
      separationFindings(snapshotOf(sources)).map(({ ruleId, principal }) => `${ruleId} ${principal}`);
    const deploys = expect.stringMatching(/^Bulkhead-SOD-provision-deploy-watch-audit Watcher/);
    expect(found([away])).not.toContainEqual(deploys);
    expect(found([home, away])).toContainEqual(deploys);
  });
});
