import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { HumanRole, MfaProof, OperatorRole, WorkloadRole } from '../../../lib';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { runRules } from '../../../lib/rules/run-rules';

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
