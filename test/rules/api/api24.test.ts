import { App } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { CallerGrouping } from '../../../lib/constructs/api/caller-grouping';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import { api24 } from '../../../lib/rules/api/api24-callers-tag-can-be-set';
import type { Finding } from '../../../lib/model/finding';
import { integration, newStack, workload } from '../../constructs/api/support';
import { findingsOf } from '../rule-runner';

const LAMBDA = 'lambda.amazonaws.com';
const TAG = 'cdk-bulkhead:calls:0a1b2c3d';

const trust = (Action: unknown = 'sts:AssumeRole', Condition?: unknown, Principal: unknown = { Service: LAMBDA }) => ({
  Statement: [{ Effect: 'Allow', Principal, Action, Condition }],
});
const role = (Statement: readonly object[], more: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: trust(),
    Policies: [{ PolicyName: 'work', PolicyDocument: { Statement } }],
    ...more,
  },
});
const may = (Action: unknown, Condition?: unknown, Resource: unknown = '*') => ({
  Effect: 'Allow',
  Action,
  Resource,
  Condition,
});
const calls = may('execute-api:Invoke');

/** What is found beside an API that knows its callers by tag. */
function found(Resources: Readonly<Record<string, object>>, callersTag: string | null = TAG): readonly Finding[] {
  const Metadata = {
    'cdk-bulkhead': { kind: 'api', path: 'Orders/Api', stage: 'prod', ...(callersTag === null ? {} : { callersTag }) },
  };
  const Api = { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'orders' }, Metadata };
  const body = { Resources: { Api, ...Resources } };
  return findingsOf(api24, body, { account: '111122223333', region: 'eu-west-1' });
}
const certainty = (findings: readonly Finding[]) => findings.map((each) => `${each.logicalId} ${each.certainty}`);

describe('API24', () => {
  it.each<[string, object]>([
    ['may tag any role', may('iam:TagRole')],
    ['may tag roles of some names', may('iam:Tag*', undefined, 'arn:aws:iam::111122223333:role/app-*')],
    ['may rewrite trust policies', may('iam:UpdateAssumeRolePolicy')],
    ['may make roles', may('iam:CreateRole')],
    [
      'may set tags of a spelling that nobody denies',
      may('iam:TagRole', { 'ForAllValues:StringNotLike': { 'aws:TagKeys': 'cdk-bulkhead:*' } }),
    ],
  ])('finds who %s', (_, statement) => {
    expect(certainty(found({ Clerk: role([statement]) }))).toEqual(['Clerk certain']);
  });

  it.each<[string, object]>([
    ['may tag users', may('iam:TagUser')],
    ['may take tags away, after which the role is denied', may('iam:UntagRole')],
    ['may set other tags alone', may('iam:TagRole', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } })],
    [
      'may make roles with a boundary alone',
      may('iam:CreateRole', { StringEquals: { 'iam:PermissionsBoundary': 'arn:aws:iam::111122223333:policy/b' } }),
    ],
  ])('finds nothing of who %s', (_, statement) => {
    expect(found({ Clerk: role([statement]) })).toEqual([]);
  });

  it('finds nothing where callers are known by their ARNs, nor at the role of a pipeline', () => {
    expect(found({ Clerk: role([may('iam:TagRole')]) }, null)).toEqual([]);
    const pipeline = trust('sts:AssumeRole', undefined, { Service: 'codebuild.amazonaws.com' });
    expect(found({ Deploy: role([may('iam:TagRole')], { AssumeRolePolicyDocument: pipeline }) })).toEqual([]);
  });

  it('finds a role of which sessions may bring the tag, where its policies may call an API', () => {
    const open = trust(['sts:AssumeRole', 'sts:TagSession']);
    const conditional = trust('sts:TagSession', { StringLike: { 'aws:RequestTag/reason': '?*' } });
    const limited = trust('sts:TagSession', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['reason'] } });
    const of = (AssumeRolePolicyDocument: object, statement = calls) =>
      certainty(found({ Caller: role([statement], { AssumeRolePolicyDocument }) }));
    expect(of(open)).toEqual(['Caller certain']);
    expect(of(conditional)).toEqual(['Caller possible']);
    expect(of(limited)).toEqual([]);
    expect(of(open, may('s3:GetObject'))).toEqual([]);
  });

  it('shows how somebody comes to be one who may', () => {
    const Tagger = role([may('iam:TagRole')]);
    const Clerk = role([may(['iam:PassRole', 'lambda:*'])]);
    const findings = found({ Tagger, Clerk });
    const [tagger, clerk] = ['Tagger', 'Clerk'].map((id) => findings.find(({ logicalId }) => logicalId === id));
    expect(tagger).not.toHaveProperty('trace');
    expect(clerk).toMatchObject({ certainty: 'certain', message: expect.stringContaining('iam:TagRole') });
    expect(clerk?.trace).toEqual([expect.stringMatching(/^Clerk -> Tagger/)]);
  });

  it('finds who becomes a deployment that may, and nothing of the deployment itself', () => {
    const Deploy = role([may('iam:TagRole')], {
      AssumeRolePolicyDocument: trust('sts:AssumeRole', undefined, { Service: 'codebuild.amazonaws.com' }),
    });
    const Build = {
      Type: 'AWS::CodeBuild::Project',
      Properties: { ServiceRole: { 'Fn::GetAtt': ['Deploy', 'Arn'] }, Source: { Type: 'NO_SOURCE' } },
    };
    const of = (statement: object, more: object = {}) => found({ Deploy, Build, Clerk: role([statement], more) });
    const [clerk, ...others] = of(may(['codebuild:UpdateProject', 'codebuild:StartBuild']));
    expect(others).toEqual([]);
    expect(clerk).toMatchObject({ logicalId: 'Clerk', trace: [expect.stringMatching(/^Clerk -> Deploy/)] });
    expect(of(may('codebuild:BatchGetProjects'))).toEqual([]);
    const pipeline = trust('sts:AssumeRole', undefined, { Service: 'codepipeline.amazonaws.com' });
    const builds = may(['codebuild:UpdateProject', 'codebuild:StartBuild']);
    expect(of(builds, { AssumeRolePolicyDocument: pipeline })).toEqual([]);
  });

  const federated = (provider: string, actions: readonly string[], sub?: string) =>
    trust(actions, sub === undefined ? undefined : { StringEquals: { 'x:sub': sub } }, {
      Federated: `arn:aws:iam::111122223333:oidc-provider/${provider}`,
    });
  const EKS = 'oidc.eks.eu-west-1.amazonaws.com/id/ABC';
  const GITHUB = 'token.actions.githubusercontent.com';

  it.each<[string, string, string | undefined, number]>([
    ['a pod', EKS, undefined, 1],
    ['a pod of a provider by another name', 'k8s.example.com', 'system:serviceaccount:default:clerk', 1],
    ['a pipeline', GITHUB, 'repo:orders/orders:ref:refs/heads/main', 0],
  ])('takes the role of %s for what it is', (_, provider, sub, findings) => {
    const AssumeRolePolicyDocument = federated(provider, ['sts:AssumeRoleWithWebIdentity'], sub);
    expect(found({ Irsa: role([may('iam:TagRole')], { AssumeRolePolicyDocument }) })).toHaveLength(findings);
  });

  it('asks what sessions of a deployment bring', () => {
    const of = (...actions: readonly string[]) =>
      found({ Deploy: role([calls], { AssumeRolePolicyDocument: federated(GITHUB, actions) }) });
    expect(of('sts:AssumeRoleWithWebIdentity', 'sts:TagSession')).toHaveLength(1);
    expect(of('sts:AssumeRoleWithWebIdentity')).toEqual([]);
  });

  it('finds nothing of a role that may change roles as long as it has its boundary', () => {
    const stack = newStack(new App());
    const [reader, admin] = ['Reader', 'Admin'].map((id) => workload(stack, id));
    admin.allow(
      new iam.PolicyStatement({ actions: ['iam:UpdateAssumeRolePolicy', 'iam:CreateRole'], resources: ['*'] }),
    );
    const api = new LeastPrivilegeRestApi(stack, 'Api', { callersBy: CallerGrouping.TAG });
    api.addEndpoint('GET /', { callers: [reader], integration });
    const template = Template.fromStack(stack).toJSON();
    const here = { account: '111122223333', region: 'eu-west-1' };
    expect(findingsOf(api24, template, here)).toEqual([]);
    for (const { Type, Properties } of Object.values<any>(template.Resources)) {
      if (Type === 'AWS::IAM::Role') delete Properties.PermissionsBoundary;
    }
    expect(findingsOf(api24, template, here).map(({ principal }) => principal)).toEqual([
      expect.stringMatching(/^Admin/),
    ]);
  });
});
