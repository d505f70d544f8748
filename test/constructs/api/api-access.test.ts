import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { GuardDetail } from '../../../lib/constructs/api/guard-detail';
import type { LeastPrivilegeRestApiProps } from '../../../lib/constructs/api/least-privilege-rest-api-props';
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

  it('is measured against the quota that the account has', () => {
    const { stack, api } = newApi({ resourcePolicyLimit: 16_384 });
    const callers = Array.from({ length: 90 }, (_, index) => workload(stack, `Caller${index}`));
    api.addEndpoint('GET /orders', { callers, integration });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('a resource policy that is too long', () => {
  /** Trees of endpoints, each with callers of its own. */
  function trees(count: number, roleOf: (stack: Stack, id: string) => iam.IRole, props?: LeastPrivilegeRestApiProps) {
    const { stack, api } = newApi(props);
    for (let tree = 0; tree < count; tree += 1) {
      const [reads, writes] = ['Reads', 'Writes'].map((what) => roleOf(stack, `${what}${tree}`));
      api.addEndpoint(`GET /tree-${tree}/{id}`, { callers: [reads, writes], integration });
      api.addEndpoint(`PUT /tree-${tree}/{id}`, { callers: [writes], integration });
    }
    return () => Template.fromStack(stack);
  }
  const plain = (stack: Stack, id: string) =>
    iam.Role.fromRoleArn(stack, id, `arn:aws:iam::111122223333:role/${id.padEnd(40, '-')}`);

  it('says number, limit, how long it would be otherwise, and how to divide the API', () => {
    expect(trees(20, workload)).toThrow(
      /BH1021: .*up to \d+ characters long, the limit is 8192.*it names 40 callers.*GuardDetail.CALLERS`, with which it has \d{4} characters; or split the API into \d behind one domain: \[`\/tree-0`, `\/tree-1`, `\/tree-2` and \d+ more\], .*resourcePolicyLimit/,
    );
  });

  it('says which callers would need a boundary', () => {
    expect(trees(20, plain)).toThrow(/CALLERS`, .*, and make roles .*: `Orders\/Reads0`, `.*` and 37 more; or split/);
  });

  it('does not name what would not do', () => {
    const { stack, api } = newApi();
    const callers = Array.from({ length: 90 }, (_, index) => workload(stack, `Caller${index}`));
    api.addEndpoint('GET /orders', { callers, integration });
    api.addEndpoint('GET /parcels', { callers: callers.slice(0, 2), integration });
    expect(() => Template.fromStack(stack)).toThrow(
      /BH1021: (?!.*GuardDetail).*split the API .*, and the callers of `\/orders`, which alone needs \d+ characters/,
    );
  });

  it('fits where the API is divided as it says', () => {
    const message = (() => {
      try {
        trees(20, workload)();
      } catch (error) {
        return String(error);
      }
      return '';
    })();
    const [, first] = /behind one domain: \[.* and (\d+) more\], \[/.exec(message) ?? [];
    expect(trees(Number(first) + 3, workload)).not.toThrow();
    expect(trees(Number(first) + 4, workload)).toThrow('BH1021');
  });
});
