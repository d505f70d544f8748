import * as iam from 'aws-cdk-lib/aws-iam';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { GuardDetail } from '../../../lib/constructs/api/guard-detail';
import { worstCaseLength } from '../../../lib/private/policy-size';
import { guardOf, integration, list, newApi, resources, show, workload } from './support';

const PARTNER = 'arn:aws:iam::999988887777:role/parcels';

describe('many endpoints', () => {
  /** 30 endpoints with long paths for one caller, 90 for another. */
  function large(count: number) {
    const it = newApi();
    const role = new iam.Role(it.stack, 'Plain', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    for (let index = 0; index < count; index += 1) {
      it.api.addEndpoint(`GET /${'long-'.repeat(12)}${index}`, { callers: [role], integration });
    }
    return { ...it, role };
  }

  it('are divided among managed policies, none over its limit and none left out', () => {
    const { stack, api } = large(90);
    const id = stack.resolve(api.restApi.restApiId).Ref;
    const inline = resources(stack, 'AWS::IAM::Policy');
    const managed = resources(stack, 'AWS::IAM::ManagedPolicy').filter(({ Properties }) => Properties.Roles);
    const documents = [...inline, ...managed].map(({ Properties }) => Properties.PolicyDocument);
    expect(managed.length).toBeGreaterThan(0);
    for (const document of documents) expect(worstCaseLength(document, { [id]: 10 })).toBeLessThanOrEqual(6144);
    const granted = documents.flatMap(({ Statement }) => Statement.flatMap((each: any) => list(each.Resource)));
    expect(new Set(granted).size).toBe(90);
  });

  it('need no managed policy where one inline policy holds them', () => {
    const managed = resources(large(20).stack, 'AWS::IAM::ManagedPolicy').filter(({ Properties }) => Properties.Roles);
    expect(managed).toEqual([]);
  });
});

describe('a boundary that would be too long', () => {
  it('gets patterns that stand for several endpoints of its role, and no endpoint of others', () => {
    const { stack, api, reader, clerk } = newApi();
    const below = '/orders/{id}/documents-of-the-order-that-were-handed-over';
    for (let index = 0; index < 70; index += 1) {
      api.addEndpoint(`GET ${below}/part-${index}`, { callers: [clerk], integration });
    }
    api.addEndpoint('GET /orders/{id}/notes', { callers: [reader], integration });
    const boundary = stack.resolve(clerk.boundary.document).Statement;
    const bounds = boundary
      .flatMap((each: any) => list(each.Resource))
      .flatMap((arn: string) => arn.split('/prod/').slice(1));
    expect(bounds).toEqual(['GET/orders/*/documents-of-the-order-that-were-handed-over/*']);
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('a partner of another account', () => {
  function shared() {
    const it = newApi();
    const partner = iam.Role.fromRoleArn(it.stack, 'Partner', PARTNER);
    it.api.addEndpoint('GET /parcels/{id}', { callers: [it.reader], partners: [partner], integration });
    it.api.addEndpoint('GET /parcels/{id}/price', { callers: [it.reader], integration });
    return { ...it, partner };
  }

  it('is allowed its endpoint by the resource policy, and denied what its pattern would also match', () => {
    const statements = guardOf(shared().stack);
    const allows = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(allows).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: PARTNER },
        Action: 'execute-api:Invoke',
        Resource: 'execute-api:/prod/GET/parcels/*',
      },
    ]);
    const denies = statements.filter((each) => list(each.Resource).includes('execute-api:/prod/GET/parcels/*/price'));
    expect(denies).toHaveLength(1);
    expect(list(denies[0].Condition.StringNotEquals['aws:PrincipalArn'])).not.toContain(PARTNER);
  });

  it('gets the text of what its own account has to allow', () => {
    const { stack, api, partner } = shared();
    const { Statement } = stack.resolve(api.partnerPolicy(partner));
    expect(Statement[0].Effect).toBe('Allow');
    expect(show(Statement[0].Resource)).toMatch(
      /:execute-api:eu-west-1:111122223333:\$\{\w+\}\/prod\/GET\/parcels\/\*$/,
    );
  });

  it('gets no identity policy here', () => {
    expect(resources(shared().stack, 'AWS::IAM::Policy')).toHaveLength(1);
  });

  it.each([
    ['is of our own account', 'arn:aws:iam::111122223333:role/own', 'BH1008'],
    ['is a whole account', 'arn:aws:iam::999988887777:root', 'BH1023'],
    ['is a pattern', 'arn:aws:iam::999988887777:role/*', 'BH1023'],
  ])('is refused where it %s', (_, arn, code) => {
    const { stack, api } = newApi();
    const partner = arn.includes(':role/')
      ? iam.Role.fromRoleArn(stack, 'Partner', arn)
      : ({ roleArn: arn, node: stack.node } as iam.IRole);
    expect(() => api.addEndpoint('GET /', { callers: [], partners: [partner], integration })).toThrow(code);
  });

  it('has no policy where it is a partner of no endpoint', () => {
    const { stack, api } = newApi();
    const other = iam.Role.fromRoleArn(stack, 'Other', PARTNER);
    expect(() => api.partnerPolicy(other)).toThrow('BH1025');
  });
});

describe('GuardDetail.CALLERS', () => {
  it('keeps the resource policy at one statement for callers, whatever the endpoints', () => {
    const { stack, api, reader, clerk } = newApi({ guardDetail: GuardDetail.CALLERS });
    for (let index = 0; index < 40; index += 1) {
      api.addEndpoint(`GET /things-${index}/{id}`, { callers: [index % 2 ? reader : clerk], integration });
    }
    expect(guardOf(stack).map(({ Sid }) => Sid)).toEqual(['OnlyCallers', 'OnlyTls', 'NoCacheOrConnections']);
  });

  it('refuses a caller that no boundary binds', () => {
    const { stack, api } = newApi({ guardDetail: GuardDetail.CALLERS });
    const plain = new iam.Role(stack, 'Plain', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    expect(() => api.addEndpoint('GET /', { callers: [plain], integration })).toThrow('BH1024');
  });

  it('is what a policy that is too large is told of, with the other ways out', () => {
    const { stack, api } = newApi();
    const callers = Array.from({ length: 90 }, (_, index) => workload(stack, `Caller${index}`));
    api.addEndpoint('GET /orders', { callers, integration });
    expect(() => Template.fromStack(stack)).toThrow(
      /BH1021: .*GuardDetail.CALLERS.*several behind one domain.*resourcePolicyLimit/,
    );
  });

  it('is measured against the quota that the account has', () => {
    const { stack, api } = newApi({ resourcePolicyLimit: 16_384 });
    const callers = Array.from({ length: 90 }, (_, index) => workload(stack, `Caller${index}`));
    api.addEndpoint('GET /orders', { callers, integration });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});
