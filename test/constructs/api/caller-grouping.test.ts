import { App, Tags } from 'aws-cdk-lib';
import type { Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { CallerGrouping } from '../../../lib/constructs/api/caller-grouping';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import { api2 } from '../../../lib/rules/api/api2-api-without-guard';
import { findingsOf } from '../../rules/rule-runner';
import { env, guardOf, integration, list, newApi, newStack, resources, workload } from './support';

const LAMBDA = new iam.ServicePrincipal('lambda.amazonaws.com');
const byTag = { callersBy: CallerGrouping.TAG };
/** Plain roles are told by their construct path. */
const withPaths = () => new App({ context: { 'aws:cdk:enable-path-metadata': true } });
const tagsOf = (stack: Stack, name: RegExp): any[] =>
  Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Role'))
    .filter(([id]) => name.test(id))
    .flatMap(([, { Properties }]) => Properties.Tags ?? []);

describe('callers by tag', () => {
  const stack = newStack(withPaths());
  const [reader, clerk] = ['Reader', 'Clerk'].map((id) => workload(stack, id));
  const api = new LeastPrivilegeRestApi(stack, 'Api', byTag);
  const imported = iam.Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::111122223333:role/legacy');
  const partner = iam.Role.fromRoleArn(stack, 'Partner', 'arn:aws:iam::999988887777:role/parcels');
  const tagged = new iam.Role(stack, 'Federated', { assumedBy: new iam.SessionTagsPrincipal(LAMBDA) });
  api.addEndpoint('GET /orders/{id}', { callers: [reader, clerk, imported, tagged], partners: [partner], integration });
  api.addEndpoint('POST /orders', { callers: [clerk], integration });
  const [everyone, writes, byName, roles] = guardOf(stack);
  const { key } = Object.fromEntries([['key', tagsOf(stack, /^Clerk/)[0].Key]]) as { key: string };

  it('are spared by the tag, which is of this API alone', () => {
    expect(key).toMatch(/^cdk-bulkhead:calls:[0-9a-f]{8}$/);
    expect(everyone.Condition.StringNotLike).toEqual({ [`aws:PrincipalTag/${key}`]: '*/all/*' });
    expect(tagsOf(stack, /^Reader/)).toEqual([{ Key: key, Value: '/all/' }]);
    const other = newStack(new App(), 'Other');
    const role = workload(other, 'Reader');
    const api2nd = new LeastPrivilegeRestApi(other, 'Api', byTag);
    api2nd.addEndpoint('GET /', { callers: [role], integration });
    expect(tagsOf(other, /^Reader/)[0].Key).not.toBe(key);
  });

  it('are spared by endpoint as well, each by the groups in its tag', () => {
    const [pattern] = list(writes.Condition.StringNotLike[`aws:PrincipalTag/${key}`]);
    expect(writes.Condition).not.toHaveProperty('StringNotEquals');
    expect(tagsOf(stack, /^Clerk/)[0].Value).toBe(`/all${pattern.replaceAll('*', '')}`);
  });

  it('stay in the list where they are imported, of a partner, or may have tags of the session', () => {
    const named = list(everyone.Condition.StringNotEquals['aws:PrincipalArn']);
    expect(named).toEqual([imported.roleArn, expect.stringMatching(/^\$\{Federated\w+\.Arn\}$/), partner.roleArn]);
    expect(tagsOf(stack, /^Federated/)).toEqual([]);
  });

  it('are not those in the list: a tag on one of these, as a partner may set it, opens nothing', () => {
    expect(byName.Condition).toEqual({ StringEquals: everyone.Condition.StringNotEquals });
    expect(byName).toMatchObject({ Sid: 'NotByTag1', Effect: 'Deny', Resource: writes.Resource });
  });

  it('are roles of the account: no user, no federated session and nobody of another account is spared by a tag', () => {
    expect(roles.Sid).toBe('OnlyRoles');
    const named = list(roles.Condition.StringNotLike['aws:PrincipalArn']);
    expect(named).toEqual(['arn:${AWS::Partition}:iam::111122223333:role/*', partner.roleArn]);
  });

  it('have their tag before the guard asks for it', () => {
    expect(resources(stack, 'AWS::ApiGateway::RestApi')[0].DependsOn).toEqual([
      expect.stringMatching(/^Clerk/),
      expect.stringMatching(/^Reader/),
    ]);
  });

  it('are what API2 compares: a role that has the tag and was not declared is found', () => {
    const template = Template.fromStack(stack).toJSON();
    expect(findingsOf(api2, template, env)).toEqual([]);
    const { Resources } = template;
    const [id] = Object.keys(Resources).filter((each) => each.startsWith('Reader') && !each.includes('Boundary'));
    Resources['Stranger'] = structuredClone(Resources[id]);
    Resources['Stranger'].Metadata = { 'aws:cdk:path': 'Orders/Stranger/Resource' };
    expect(findingsOf(api2, template, env).map(({ message }) => message)).toEqual([
      expect.stringMatching(/Stranger.*left out of the Deny on `GET \/orders\/\{id\}`/),
    ]);
  });
});

describe('the tag of a caller', () => {
  it('is set in the stack of the role, which is deployed first', () => {
    const app = new App();
    const [people, service] = ['People', 'Service'].map((id) => newStack(app, id));
    const api = new LeastPrivilegeRestApi(service, 'Api', byTag);
    api.addEndpoint('GET /', { callers: [workload(people, 'Reader')], integration });
    const [{ Key: key }] = tagsOf(people, /^Reader/);
    expect(Object.keys(guardOf(service)[0].Condition.StringNotLike)).toEqual([`aws:PrincipalTag/${key}`]);
    expect(service.dependencies).toEqual([people]);
  });

  it('is not longer than IAM takes', () => {
    const { stack, api, reader } = newApi(byTag);
    for (let index = 0; index < 32; index += 1) {
      const other = workload(stack, `Other${index}`);
      api.addEndpoint(`GET /part-${index}`, { callers: [reader, other], integration });
    }
    expect(() => Template.fromStack(stack)).toThrow(/BH1042: .*`Orders\/Reader` has 261 characters, the limit is 256/);
  });

  it('is one of fifty', () => {
    const { stack, api, reader } = newApi(byTag);
    api.addEndpoint('GET /', { callers: [reader], integration });
    for (let index = 0; index < 50; index += 1) Tags.of(reader).add(`tag-${index}`, 'x');
    expect(() => Template.fromStack(stack)).toThrow(/BH1043: .*`Orders\/Reader` has 51 tags, the limit is 50/);
  });
});

describe('a guard that is too long by ARNs', () => {
  /** Room for six roles by their ARNs. */
  function crowded(props = {}) {
    const { stack, api } = newApi({ resourcePolicyLimit: 1400, ...props });
    const callers = Array.from({ length: 12 }, (_, index) => workload(stack, `Caller${index}`));
    api.addEndpoint('GET /orders', { callers, integration });
    return stack;
  }

  it('is told how long it would be by tag', () => {
    expect(() => Template.fromStack(crowded())).toThrow(
      /BH1021: .*set `callersBy: CallerGrouping.TAG` \(as closed as the right to set a tag\), with which it has \d{3,4} characters/,
    );
  });

  it('fits by tag', () => {
    expect(guardOf(crowded(byTag))).toHaveLength(4);
  });
});

describe('an API that is there already', () => {
  it('knows plain roles of the app by tag, too', () => {
    const stack = newStack(withPaths());
    const role = new iam.Role(stack, 'Plain', { assumedBy: LAMBDA });
    const restApi = new apigateway.RestApi(stack, 'Old', {
      defaultMethodOptions: { authorizationType: apigateway.AuthorizationType.IAM },
    });
    restApi.root.addMethod('GET', integration);
    LeastPrivilegeRestApi.guard(restApi, { 'GET /': [role] }, byTag);
    expect(tagsOf(stack, /^Plain/)).toHaveLength(1);
    expect(guardOf(stack)[0].Condition).not.toHaveProperty('StringNotEquals');
    expect(findingsOf(api2, Template.fromStack(stack).toJSON(), env)).toEqual([]);
  });
});

describe('an OpenAPI document', () => {
  it('says by what callers are known', () => {
    const { api } = newApi(byTag);
    expect(api.openApi()['x-cdk-bulkhead']).toMatchObject({ callersBy: 'tag' });
  });
});
