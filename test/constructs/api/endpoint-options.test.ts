import { Template } from 'aws-cdk-lib/assertions';
import type { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { describe, expect, it } from 'vitest';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { api19 } from '../../../lib/rules/api/api19-endpoint-past-its-date';
import { runRules } from '../../../lib/rules/run-rules';
import { env, guardOf, integration, newApi, newStack, resources, workload } from './support';

describe('what an endpoint says of its own life', () => {
  it('travels in the template', () => {
    const { stack, api, reader } = newApi();
    const life = { reviewBy: '2027-01-31', replacedBy: 'GET /v2/orders', lastDay: '2027-06-30' };
    api.addEndpoint('GET /orders', { callers: [reader], integration, ...life });
    expect(resources(stack, 'AWS::ApiGateway::Method')[0].Metadata['cdk-bulkhead']).toMatchObject(life);
  });

  it('may end before it is reviewed: past its last day it is a finding, and past the review again', () => {
    const { stack, api, reader } = newApi();
    const life = { reviewBy: '2027-06-30', lastDay: '2027-01-31' };
    api.addEndpoint('GET /orders', { callers: [reader], integration, ...life });
    const body = Template.fromStack(stack).toJSON();
    const snapshot = snapshotOf([{ name: 'Orders', file: '', ...env, body }]);
    const found = (today: string) => runRules(snapshot, [api19], { today });
    expect(found('2027-01-31')).toEqual([]);
    expect(found('2027-02-01')).toHaveLength(1);
    expect(found('2027-07-01')).toHaveLength(2);
  });

  it.each([
    ['a review on no day', { reviewBy: '2027-06-31' }],
    ['a last day in words', { lastDay: 'next summer' }],
    ['a replacement without a last day', { replacedBy: 'GET /v2/orders' }],
    ['a replacement by itself', { replacedBy: 'GET /orders', lastDay: '2027-06-30' }],
  ])('is refused: %s', (_, life) => {
    const { api, reader } = newApi();
    expect(() => api.addEndpoint('GET /orders', { callers: [reader], integration, ...life })).toThrow('BH1027');
  });
});

describe('a replacement that is no endpoint', () => {
  it.each(['', 'v2', 'ANY /v2/orders'])('is refused: `%s`', (replacedBy) => {
    const { api, reader } = newApi();
    const options = { callers: [reader], integration, replacedBy, lastDay: '2027-06-30' };
    expect(() => api.addEndpoint('GET /orders', options)).toThrow(/BH100[12]/);
  });
});

describe('source ranges of an endpoint', () => {
  const sourceRanges = ['203.0.113.0/24'];

  it('are enforced for that endpoint alone', () => {
    const { stack, api, reader, clerk } = newApi();
    api.addEndpoint('POST /orders', { callers: [clerk], integration, sourceRanges });
    api.addEndpoint('GET /orders', { callers: [reader], integration });
    const [deny, ...more] = guardOf(stack).filter((each) => each.Condition?.NotIpAddress);
    expect(more).toEqual([]);
    expect(deny).toMatchObject({
      Effect: 'Deny',
      Resource: 'execute-api:/prod/POST/orders',
      Condition: { NotIpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] } },
    });
  });

  it.each([
    [['GET /orders/{id}', 'GET /orders/{id}/refunds']],
    [['GET /orders/{id}/refunds', 'GET /orders/{id}']],
    [['GET /{id}', 'GET /']],
  ])(
    'are refused at once where the pattern of %j also reaches an endpoint that may be called from elsewhere',
    (names) => {
      const { api, reader } = newApi();
      const of = (name: string) => (name.endsWith('{id}') ? { sourceRanges } : {});
      const [first, second] = names;
      api.addEndpoint(first, { callers: [reader], integration, ...of(first) });
      expect(() => api.addEndpoint(second, { callers: [reader], integration, ...of(second) })).toThrow(
        /BH1028: endpoint `GET .*{id}` has `sourceRanges` that `GET .*` has not/,
      );
    },
  );

  it('fail the synth where patterns meet in part, which a third endpoint may still take', () => {
    const made = (more: readonly string[]) => {
      const { stack, api, reader } = newApi();
      api.addEndpoint('GET /a/{p}', { callers: [reader], integration, sourceRanges });
      api.addEndpoint('GET /{q}/{r}/b', { callers: [reader], integration });
      for (const each of more) api.addEndpoint(each, { callers: [reader], integration, sourceRanges });
      return () => Template.fromStack(stack);
    };
    expect(made([])).toThrow(/BH1028: endpoint `GET \/a\/{p}` has `sourceRanges` that `GET \/{q}\/{r}\/b` has not/);
    expect(made(['GET /a/{p}/b'])).not.toThrow();
  });

  it('are refused where they are private', () => {
    const { api, reader } = newApi();
    expect(() => api.addEndpoint('GET /', { callers: [reader], integration, sourceRanges: ['10.0.0.0/8'] })).toThrow(
      'BH2021',
    );
  });
});

describe('VPC endpoints of an endpoint', () => {
  const vpcEndpoint = (at: Stack, vpcEndpointId: string) =>
    ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(at, vpcEndpointId, { vpcEndpointId, port: 443 });
  const privateApi = () => {
    const stack = newStack();
    const [office, plant] = ['vpce-1', 'vpce-2'].map((id) => vpcEndpoint(stack, id));
    const api = new LeastPrivilegeRestApi(stack, 'Api', { vpcEndpoints: [office, plant] });
    return { stack, api, office, plant, options: { callers: [workload(stack, 'Reader')], integration } };
  };

  it('are enforced for that endpoint, beside those of the API', () => {
    const { stack, api, office, options } = privateApi();
    api.addEndpoint('POST /orders', { ...options, vpcEndpoints: [office] });
    api.addEndpoint('GET /orders', options);
    const denies = guardOf(stack).filter((each) => each.Condition?.StringNotEquals?.['aws:SourceVpce']);
    expect(denies.map(({ Resource }) => Resource).sort()).toEqual(['execute-api:/*', 'execute-api:/prod/POST/orders']);
    expect(denies.find(({ Sid }) => Sid === undefined)).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Condition: { StringNotEquals: { 'aws:SourceVpce': ['vpce-1'] } },
    });
  });

  it('are refused where the pattern also reaches an endpoint that has others', () => {
    const { api, office, plant, options } = privateApi();
    api.addEndpoint('GET /orders/{id}', { ...options, vpcEndpoints: [office] });
    const others = { ...options, vpcEndpoints: [office, plant] };
    expect(() => api.addEndpoint('GET /orders/{id}/refunds', others)).toThrow(/BH1028: .* has `vpcEndpoints` that/);
  });

  it('are refused where the API has them not, and ranges where it is private', () => {
    const { stack, api, options } = privateApi();
    const vpcEndpoints = [vpcEndpoint(stack, 'vpce-3')];
    expect(() => api.addEndpoint('GET /a', { ...options, vpcEndpoints })).toThrow('BH1033');
    expect(() => api.addEndpoint('GET /b', { ...options, vpcEndpoints: [] })).toThrow('BH1033');
    expect(() => api.addEndpoint('GET /c', { ...options, sourceRanges: ['203.0.113.0/24'] })).toThrow('BH1033');
    const open = new LeastPrivilegeRestApi(stack, 'Open');
    expect(() => open.addEndpoint('GET /d', { ...options, vpcEndpoints })).toThrow('BH1033');
  });
});

describe('a greedy path', () => {
  it('is taken with a reason, and keeps apart what is declared below it', () => {
    const { stack, api, reader, clerk } = newApi();
    api.addEndpoint('GET /files/{path+}', { callers: [reader], integration, wildcardReason: 'a tree of documents' });
    api.addEndpoint('GET /files/index', { callers: [clerk], integration });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  it('is refused without one, and where it is not the last segment', () => {
    const { api, reader } = newApi();
    const options = { callers: [reader], integration };
    expect(() => api.addEndpoint('GET /files/{path+}', options)).toThrow('BH1006');
    expect(() => api.addEndpoint('GET /files/{path+}', { ...options, wildcardReason: ' ' })).toThrow('BH1006');
    expect(() => api.addEndpoint('GET /{path+}/a', { ...options, wildcardReason: 'all' })).toThrow('BH1006');
  });
});
