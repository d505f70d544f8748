import { App } from 'aws-cdk-lib';
import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { JwtAuthorizer } from '../../../lib/constructs/api/jwt-authorizer';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import { api9 } from '../../../lib/rules/api/api9-reader-who-can-write';
import { runRules } from '../../../lib/rules/run-rules';
import { WorkloadRole } from '../../../lib/constructs/roles/workload-role';
import { env, integration, newStack, workload } from '../../constructs/api/support';

const HERE = 'arn:aws:iam::111122223333:role/';
const THERE = 'arn:aws:iam::444455556666:role/';

function found(...stacks: Stack[]): string[] {
  const templates = stacks.map((stack) => ({
    name: stack.stackName,
    file: `${stack.stackName}.template.json`,
    body: Template.fromStack(stack).toJSON(),
    ...env,
  }));
  return runRules(snapshotOf(templates), [api9]).map(({ detail }) => `${detail}`);
}

/** One stack with the endpoints of a payer and of somebody else, who may be the same. */
function api(
  payer: (stack: Stack) => iam.IRole,
  other: (stack: Stack) => iam.IRole,
  endpoint: string,
  highValue = false,
) {
  const stack = newStack();
  const one = new LeastPrivilegeRestApi(stack, 'Api');
  one.addEndpoint('POST /pay', { callers: [payer(stack)], integration, highValue: true });
  one.addEndpoint(endpoint, { callers: [other(stack)], integration, highValue });
  return found(stack);
}

const same = (stack: Stack): iam.IRole => (stack.node.tryFindChild('Payer') as iam.IRole) ?? workload(stack, 'Payer');
const clerk = (stack: Stack): iam.IRole => workload(stack, 'Clerk');
const imported = (id: string, arn: string) => (stack: Stack) => iam.Role.fromRoleArn(stack, id, arn);

describe('callers of high value', () => {
  it.each(['GET /a', 'HEAD /a', 'PUT /a', 'POST /a'])('call no `%s` besides', (endpoint) => {
    expect(api(same, same, endpoint)).toEqual(['HighValue::POST /pay']);
    expect(api(same, clerk, endpoint)).toEqual([]);
  });

  it('may call several writes of high value, and no read of it', () => {
    expect(api(same, same, 'DELETE /a', true)).toEqual([]);
    expect(api(same, same, 'GET /a', true)).toEqual(['HighValue::POST /pay']);
  });

  it('are free to read where what is of high value is a read', () => {
    const stack = newStack();
    const one = new LeastPrivilegeRestApi(stack, 'Api');
    const callers = [workload(stack, 'Auditor')];
    one.addEndpoint('GET /payrolls', { callers, integration, highValue: true });
    one.addEndpoint('GET /orders', { callers, integration });
    expect(found(stack)).toEqual([]);
  });

  it('call nothing of another API', () => {
    const paying = (caller: 'Payer' | 'Other') => {
      const app = new App();
      const [pay, read] = [newStack(app, 'Pay'), newStack(app, 'Read')];
      const payer = workload(pay, 'Payer');
      const other = caller === 'Payer' ? payer : workload(pay, 'Other');
      new LeastPrivilegeRestApi(pay, 'Api').addEndpoint('POST /pay', {
        callers: [payer],
        integration,
        highValue: true,
      });
      new LeastPrivilegeRestApi(read, 'Api').addEndpoint('GET /a', { callers: [other], integration });
      return found(pay, read);
    };
    expect(paying('Payer')).toEqual(['HighValue::POST /pay']);
    expect(paying('Other')).toEqual([]);
  });

  it('are compared by name and account where they are imported, whatever the imports are called', () => {
    const payer = imported('One', `${HERE}desk/payer`);
    expect(api(payer, imported('Two', `${HERE}desk/payer`), 'GET /a')).toEqual(['HighValue::111122223333/payer']);
    expect(api(payer, imported('Two', `${HERE}desk/clerk`), 'GET /a')).toEqual([]);
  });

  it('are found as the role of a template that an import means', () => {
    const named = (stack: Stack) =>
      new WorkloadRole(stack, 'Named', {
        owner: 'orders-team',
        purpose: 'pays',
        roleName: 'payer',
        assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      });
    // Within one API, BH1005 refuses to list one role as two objects.
    const apart = (reader: string) => {
      const stack = newStack();
      const pay = new LeastPrivilegeRestApi(stack, 'Pay');
      pay.addEndpoint('POST /pay', { callers: [named(stack)], integration, highValue: true });
      const callers = [imported('Two', `${HERE}${reader}`)(stack)];
      new LeastPrivilegeRestApi(stack, 'Read').addEndpoint('GET /a', { callers, integration });
      return found(stack);
    };
    expect(apart('payer')).toEqual(['HighValue::POST /pay']);
    expect(apart('clerk')).toEqual([]);
  });

  it.each([
    ['partner', ['HighValue::444455556666/partner']],
    ['other', []],
  ])('are partners too, compared with the partner `%s`', (reader, expected) => {
    const stack = newStack();
    const one = new LeastPrivilegeRestApi(stack, 'Api');
    const partners = [imported('One', `${THERE}partner`)(stack)];
    one.addEndpoint('POST /pay', { callers: [], partners, integration, highValue: true });
    const readers = [imported('Two', `${THERE}${reader}`)(stack)];
    one.addEndpoint('GET /a', { callers: [], partners: readers, integration });
    expect(found(stack)).toEqual(expected);
  });

  it.each<[string[], string[]]>([
    [['pay'], ['HighValue::https://login.example.com::pay']],
    [['pay', 'read'], ['HighValue::https://login.example.com::pay']],
    [[], ['HighValue::https://login.example.com::pay']],
    [['read'], []],
  ])('with tokens of the scope `pay` are no readers with those of %j', (scopes, expected) => {
    const stack = newStack();
    const one = new LeastPrivilegeRestApi(stack, 'Api');
    const issuer = 'https://login.example.com';
    const jwtAuthorizer = new JwtAuthorizer(stack, 'Jwt', { issuer, audience: ['shop'], owner: 'orders-team' });
    one.addEndpoint('POST /pay', { callers: [], jwtAuthorizer, scopes: ['pay'], integration, highValue: true });
    one.addEndpoint('GET /a', { callers: [], jwtAuthorizer, scopes, integration });
    expect(found(stack)).toEqual(expected);
  });
});
