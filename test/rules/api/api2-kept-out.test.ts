import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { GuardDetail } from '../../../lib/constructs/api/guard-detail';
import { api2 } from '../../../lib/rules/api/api2-api-without-guard';
import { api7 } from '../../../lib/rules/api/api7-caller-not-declared';
import { api8 } from '../../../lib/rules/api/api8-permission-beyond-its-endpoints';
import { integration, newApi } from '../../constructs/api/support';
import { findingsOf } from '../rule-runner';

const HERE = { account: '111122223333', region: 'eu-west-1' };

/** The template of an API whose guard tells callers apart, and no endpoints. */
function coarse(guardDetail = GuardDetail.CALLERS): any {
  const cors = { allowOrigins: ['https://shop.example'] };
  const { stack, api, reader, clerk } = newApi({ guardDetail, cors });
  const endpoints = { 'GET /a/{id}': reader, 'GET /a/export': clerk, 'GET /a/{id}/notes': clerk, 'POST /b': clerk };
  for (const [name, role] of Object.entries(endpoints)) api.addEndpoint(name, { callers: [role], integration });
  return Template.fromStack(stack).toJSON();
}

const details = (template: any): readonly unknown[] => findingsOf(api2, template, HERE).map(({ detail }) => detail);
const ofType = (template: any, type: string, name: RegExp): any =>
  Object.entries<any>(template.Resources).find(([id, each]) => each.Type === type && name.test(id))?.[1];

describe('an API whose endpoints are kept apart by what binds the callers', () => {
  it.each([GuardDetail.CALLERS, GuardDetail.ENDPOINTS])('has nothing that API2, API7 or API8 find: %s', (detail) => {
    const template = coarse(detail);
    for (const rule of [api2, api7, api8]) expect(findingsOf(rule, template, HERE)).toEqual([]);
  });

  it('is open where a caller has lost its boundary', () => {
    const template = coarse();
    delete ofType(template, 'AWS::IAM::Role', /^Reader/).Properties.PermissionsBoundary;
    expect(details(template)).toEqual([expect.stringMatching(/^Endpoint::POST \/b::.*Reader/)]);
  });

  it('is open where the boundary of a caller has room for more', () => {
    const template = coarse();
    const boundary = ofType(template, 'AWS::IAM::ManagedPolicy', /^Reader/).Properties.PolicyDocument;
    boundary.Statement.push({ Effect: 'Allow', Action: 'execute-api:*', Resource: '*' });
    expect(details(template)).toEqual([expect.stringMatching(/^Endpoint::POST \/b::/)]);
  });

  it('is open where a caller has lost its Denies, by which alone patterns that meet are told apart', () => {
    const template = coarse();
    const policy = ofType(template, 'AWS::IAM::Policy', /Caller.*Reader/).Properties.PolicyDocument;
    policy.Statement = policy.Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Allow');
    expect(findingsOf(api7, template, HERE)).toMatchObject([
      {
        principal: expect.stringMatching(/^Reader/),
        message: expect.stringMatching(/GET \/a\/export|GET \/a\/{id}\/notes/),
      },
    ]);
  });

  it('is called by whoever is allowed one value of a parameter that no other endpoint serves', () => {
    const template = coarse();
    const [allow] = ofType(template, 'AWS::IAM::Policy', /Caller.*Clerk/).Properties.PolicyDocument.Statement;
    const first = allow.Resource[0];
    allow.Resource.push(JSON.parse(JSON.stringify(first).replace(/prod\/[^"]*"/, 'prod/GET/a/42"')));
    const boundary = ofType(template, 'AWS::IAM::ManagedPolicy', /^Clerk/).Properties.PolicyDocument;
    boundary.Statement.push({ Effect: 'Allow', Action: 'execute-api:*', Resource: '*' });
    expect(findingsOf(api7, template, HERE)).toMatchObject([
      { certainty: 'possible', message: expect.stringContaining('`GET /a/{id}`') },
    ]);
  });
});
