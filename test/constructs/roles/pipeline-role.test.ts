import { Aws } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { PipelineIdentity } from '../../../lib/constructs/roles/pipeline-identity';
import { PipelineRole } from '../../../lib/constructs/roles/pipeline-role';
import type { PipelineRoleProps } from '../../../lib/constructs/roles/pipeline-role';
import { boundaryOf, mayDo, newStack, only, trustOf, words, worldOfStack } from './support';

const workflow = { repository: 'acme/orders', environment: 'production' };
const token = { issuer: 'gitlab.example.com', subject: 'project_path:acme/orders:ref:main', audience: 'aws' };
const arn = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';

function provider(stack = newStack()) {
  return iam.OidcProviderNative.fromOidcProviderArn(stack, 'Provider', arn);
}

function pipeline(props: Partial<PipelineRoleProps> = {}) {
  const stack = newStack();
  const identity = PipelineIdentity.gitHub(provider(stack), workflow);
  new PipelineRole(stack, 'Pipeline', { ...words, identity, ...props });
  return stack;
}

describe('the trust policy of a pipeline', () => {
  it('pins repository, environment and audience exactly', () => {
    expect(trustOf(pipeline())).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: arn },
        Condition: {
          StringEquals: {
            'token.actions.githubusercontent.com:sub': 'repo:acme/orders:environment:production',
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          },
        },
      },
    ]);
  });

  it.each([
    { ...workflow, repository: 'acme/*' },
    { ...workflow, repository: 'acme' },
    { ...workflow, repository: 'acme/orders:environment:production' },
    { ...workflow, environment: '*' },
    { ...workflow, environment: '' },
    { ...workflow, environment: 'x:ref:refs/heads/main' },
  ])('refuses $repository with environment `$environment`', (each) => {
    expect(() => PipelineIdentity.gitHub(provider(), each)).toThrow('BH2031');
  });

  it.each([
    { ...token, subject: 'project_path:acme/*' },
    { ...token, subject: 'project_path:acme/orders:ref:mai?' },
    { ...token, subject: '' },
    { ...token, audience: '*' },
    { ...token, audience: '' },
    { ...token, issuer: 'https://gitlab.example.com' },
    { ...token, issuer: Aws.ACCOUNT_ID },
  ])('refuses a token of $issuer with subject `$subject` and audience `$audience`', (each) => {
    expect(() => PipelineIdentity.oidc(provider(), each)).toThrow('BH2030');
  });

  it('takes any issuer with an exact subject', () => {
    const identity = PipelineIdentity.oidc(provider(), token);
    expect(identity.principal.policyFragment.conditions).toEqual({
      StringEquals: { 'gitlab.example.com:sub': token.subject, 'gitlab.example.com:aud': 'aws' },
    });
  });
});

describe('a GitLab pipeline', () => {
  const gitLab = { project: 'acme/shop/orders', gitRef: 'production' };

  it('is pinned to project and protected ref', () => {
    expect(PipelineIdentity.gitLab(provider(), gitLab).principal.policyFragment.conditions).toEqual({
      StringEquals: {
        'gitlab.com:sub': 'project_path:acme/shop/orders:ref_type:branch:ref:production',
        'gitlab.com:aud': 'https://gitlab.com',
      },
    });
    const own = { ...gitLab, host: 'git.example.com', refType: 'tag', gitRef: 'v1', audience: 'aws' };
    expect(PipelineIdentity.gitLab(provider(), own).principal.policyFragment.conditions).toEqual({
      StringEquals: {
        'git.example.com:sub': 'project_path:acme/shop/orders:ref_type:tag:ref:v1',
        'git.example.com:aud': 'aws',
      },
    });
  });

  it.each([
    { project: 'acme' },
    { project: 'acme/*' },
    { gitRef: '*' },
    { gitRef: 'a:ref:b' },
    { gitRef: '' },
    { refType: 'x' },
  ])('is refused with %j', (each) => {
    expect(() => PipelineIdentity.gitLab(provider(), { ...gitLab, ...each })).toThrow('BH2033');
  });
});

describe('which roles a pipeline passes', () => {
  const TASK = 'arn:aws:iam::111122223333:role/task';
  const OTHER = 'arn:aws:iam::111122223333:role/other';
  const verdicts = (passed: boolean) => {
    const stack = newStack();
    const identity = PipelineIdentity.gitHub(provider(stack), workflow);
    const task = iam.Role.fromRoleArn(stack, 'Task', TASK);
    const passes = passed ? [{ role: task, service: 'ecs-tasks.amazonaws.com' }] : [];
    const role = new PipelineRole(stack, 'Pipeline', { ...words, identity, passes });
    role.allow(new iam.PolicyStatement({ actions: ['*'], resources: ['*'] }));
    const world = worldOfStack(stack);
    const to = (arn: string, service: string) =>
      mayDo(world, role, 'iam:PassRole', arn, { 'iam:PassedToService': service });
    return [
      to(TASK, 'ecs-tasks.amazonaws.com'),
      to(TASK, 'lambda.amazonaws.com'),
      to(OTHER, 'ecs-tasks.amazonaws.com'),
    ];
  };

  it('is those of its list, to their service, whatever it is allowed', () => {
    expect(verdicts(true)).toEqual(['must', 'no', 'no']);
  });

  it('is none without a list', () => {
    expect(verdicts(false)).toEqual(['no', 'no', 'no']);
  });

  it('needs the name of a service', () => {
    const role = iam.Role.fromRoleArn(newStack(), 'Task', TASK);
    expect(() => pipeline({ passes: [{ role, service: '*' }] })).toThrow('BH2034');
  });
});

describe('what a pipeline may do', () => {
  const names = (stack: any) => JSON.stringify(only(stack, 'AWS::IAM::Policy').Properties.PolicyDocument);

  it('is to assume the deploy, file-publishing and lookup roles of its bootstrap by name', () => {
    const [statement, ...more] = only(pipeline(), 'AWS::IAM::Policy').Properties.PolicyDocument.Statement;
    expect(more).toEqual([]);
    expect(statement).toMatchObject({ Effect: 'Allow', Action: 'sts:AssumeRole' });
    expect(statement.Resource.map((each: any) => each['Fn::Join'][1][2])).toEqual(
      ['deploy', 'file-publishing', 'lookup'].map(
        (duty) => `:iam::111122223333:role/cdk-hnb659fds-${duty}-role-111122223333-eu-west-1`,
      ),
    );
  });

  it('names images and other bootstraps only where asked', () => {
    expect(names(pipeline())).not.toContain('image-publishing');
    const other = names(pipeline({ publishImages: true, bootstrapQualifiers: ['orders'] }));
    expect(other).toContain('cdk-orders-image-publishing-role-111122223333-eu-west-1');
    expect(other).not.toContain('hnb659fds');
  });

  it.each([[['*']], [['Upper']], [[]]])('refuses %j as qualifiers', (bootstrapQualifiers) => {
    expect(() => pipeline({ bootstrapQualifiers })).toThrow('BH2032');
  });

  it('is never to destroy data, keys or evidence, whatever it is granted', () => {
    const everything = new iam.PolicyStatement({ actions: ['*'], resources: ['*'] });
    const deny = boundaryOf(pipeline({ permits: [everything] })).find((each) => each.Effect === 'Deny');
    expect(deny.Resource).toBe('*');
    expect(deny.Condition).toBeUndefined();
    expect(deny.Action).toEqual(
      expect.arrayContaining([
        's3:DeleteObject*',
        's3:DeleteBucket*',
        'dynamodb:Delete*',
        'rds:Delete*',
        'kms:ScheduleKeyDeletion',
        'secretsmanager:DeleteSecret',
        'logs:Delete*',
        'cloudtrail:StopLogging',
      ]),
    );
  });

  it('fits the limits of IAM', () => {
    expect(() => Template.fromStack(pipeline({ publishImages: true }))).not.toThrow();
  });
});
