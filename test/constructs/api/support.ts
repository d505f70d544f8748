import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MockIntegration } from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import type { LeastPrivilegeRestApiProps } from '../../../lib/constructs/api/least-privilege-rest-api-props';
import { WorkloadRole } from '../../../lib/constructs/roles/workload-role';

export const env = { account: '111122223333', region: 'eu-west-1' };
export const integration = new MockIntegration({});

export function newStack(app = new App(), id = 'Orders'): Stack {
  return new Stack(app, id, { env });
}

export function workload(stack: Stack, id: string): WorkloadRole {
  return new WorkloadRole(stack, id, {
    owner: 'orders-team',
    purpose: id,
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
  });
}

/** An API with two roles, a reader and a clerk, and no endpoint yet. */
export function newApi(props?: LeastPrivilegeRestApiProps) {
  const stack = newStack();
  const reader = workload(stack, 'Reader');
  const clerk = workload(stack, 'Clerk');
  return { stack, reader, clerk, api: new LeastPrivilegeRestApi(stack, 'Api', props) };
}

export function resources(stack: Stack, type: string): any[] {
  return Object.values(Template.fromStack(stack).findResources(type));
}

/** The statements of the resource policy of the only API. */
export function guardOf(stack: Stack): any[] {
  return resources(stack, 'AWS::ApiGateway::RestApi')[0].Properties.Policy.Statement;
}

/** The statements of the policies that the API gave to a role. */
export function policiesOf(stack: Stack, role: iam.IRole): any[] {
  const name = JSON.stringify(stack.resolve(role.roleName));
  return resources(stack, 'AWS::IAM::Policy')
    .filter(({ Properties }) => Properties.Roles.some((each: unknown) => JSON.stringify(each) === name))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

/** An ARN as text, references as `${Name}`. */
export function show(value: any): string {
  if (typeof value === 'string') return value;
  if ('Fn::Join' in value) return value['Fn::Join'][1].map(show).join('');
  if ('Fn::GetAtt' in value) return `\${${value['Fn::GetAtt'].join('.')}}`;
  if ('Ref' in value) return `\${${value.Ref}}`;
  return JSON.stringify(value);
}

export function list(value: any): string[] {
  return [value].flat().map(show);
}

/** The Sids by which a resource policy denies a request such as `prod/GET/orders/1` to a role; undefined is anonymous. */
export function deniedTo(stack: Stack, role: iam.IRole | undefined, request: string): string[] {
  const arn = role === undefined ? undefined : show(stack.resolve(role.roleArn));
  return guardOf(stack)
    .filter(({ Condition }) => {
      const others = Condition?.StringNotEquals?.['aws:PrincipalArn'];
      return others !== undefined && (arn === undefined || !list(others).includes(arn));
    })
    .filter(({ Resource }) => list(Resource).some((each) => matches(each, `execute-api:/${request}`)))
    .map(({ Sid }) => Sid);
}

/** Whether the policies that the API gave to a role allow a request. */
export function allowedTo(stack: Stack, role: iam.IRole, request: string): boolean {
  const hits = policiesOf(stack, role).filter((each) =>
    list(each.Resource).some((arn) => matches(arn.slice(arn.indexOf('/') + 1), request)),
  );
  return hits.length > 0 && hits.every(({ Effect }) => Effect === 'Allow');
}

function matches(pattern: string, text: string): boolean {
  return new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(text);
}
