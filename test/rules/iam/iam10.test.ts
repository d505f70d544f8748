import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { WorkloadRole } from '../../../lib';
import { iam10 } from '../../../lib/rules/iam/iam10-role-without-boundary';
import { findingsOf } from '../rule-runner';

/** Our role in an app on which somebody puts a boundary of the organization. */
function rolesUnder(change: (app: App, role: WorkloadRole, organization: iam.ManagedPolicy) => void, context = {}) {
  const app = new App({ analyticsReporting: false, context });
  const stack = new Stack(app, 'Orders');
  const role = new WorkloadRole(stack, 'Report', {
    owner: 'orders-team',
    purpose: 'nightly report',
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
  });
  const organization = new iam.ManagedPolicy(stack, 'Organization', {
    statements: [new iam.PolicyStatement({ actions: ['s3:*'], resources: ['*'] })],
  });
  change(app, role, organization);
  const { template } = app.synth({ skipValidation: true }).getStackArtifact(stack.artifactId);
  const [boundary] = Object.entries<any>(template.Resources).filter(([id]) => id.startsWith('ReportBoundary'));
  return { findings: findingsOf(iam10, template), boundary: boundary?.[1].Properties.PolicyDocument.Statement };
}

describe('IAM10, where the organization has a boundary for every role', () => {
  it('finds roles of ours that lost theirs, and says how to have both', () => {
    const { findings } = rolesUnder((app, _, organization) => iam.PermissionsBoundary.of(app).apply(organization));
    expect(findings).toMatchObject([{ message: expect.stringContaining('expected the boundary that was generated') }]);
    expect(findings[0]?.fix).toContain('PermissionsBoundary.of(role).apply(role.boundary)');
  });

  it('finds them where the context of the app puts it on', () => {
    const context = { '@aws-cdk/core:permissionsBoundary': { name: 'organization' } };
    const app = new App({ analyticsReporting: false, context });
    const role = new WorkloadRole(new Stack(app, 'Orders'), 'Report', {
      owner: 'orders-team',
      purpose: 'nightly report',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    const { template } = app.synth({ skipValidation: true }).getStackArtifact(Stack.of(role).artifactId);
    expect(findingsOf(iam10, template)).toHaveLength(1);
  });

  it('finds nothing where the generated one is kept, with the denials of the organization in it', () => {
    const { findings, boundary } = rolesUnder((app, role, organization) => {
      iam.PermissionsBoundary.of(app).apply(organization);
      iam.PermissionsBoundary.of(role).apply(role.boundary);
      role.extendBoundary(
        new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['ec2:*Vpc*'], resources: ['*'] }),
      );
    });
    expect(findings).toEqual([]);
    expect(boundary).toContainEqual(expect.objectContaining({ Effect: 'Deny', Action: 'ec2:*Vpc*' }));
  });
});
