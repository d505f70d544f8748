// cdk-nag's AwsSolutions pack asks more than an API of this kind can follow. Every finding that stays open stands here
// with its reason, at the construct that it is about; nothing is silenced for the whole app.
import { CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import type { OrdersStage } from './orders-stage';

/** The wildcard of one statement, as AwsSolutions writes it into the id of the finding. */
const wildcard = (resource: string) => `AwsSolutions-IAM5[Resource::${resource}]`;

/** Registers the pack and acknowledges, for each stage, what stays open. */
export function awsSolutions(app: IConstruct, stages: readonly OrdersStage[]): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  for (const stage of stages) acknowledge(stage);
}

function acknowledge(stage: OrdersStage): void {
  const at = (path: string): IConstruct =>
    path.split('/').reduce((node, id) => node.node.findChild(id), stage as IConstruct);
  const open = (path: string, reason: string, ...ids: string[]): void => {
    for (const id of ids) Validations.of(at(path)).acknowledge({ id, reason });
  };
  const { account, region } = stage;
  const arn = (rest: string) => `arn:<AWS::Partition>:${rest}`;
  const logicalId = (path: string): string => {
    const node = at(path);
    const resource = node.node.defaultChild ?? node;
    if (!CfnResource.isCfnResource(resource)) throw new Error(`there is no resource at ${path}`);
    return Stack.of(resource).resolve(resource.logicalId);
  };
  const endpoint = (api: string, rest: string) => wildcard(arn(`execute-api:${region}:${account}:${api}/prod/${rest}`));

  // -- Service --
  const restApi = logicalId('Service/Api/RestApi');
  for (const method of at('Service/Api/RestApi').node.findAll()) {
    if (CfnResource.isCfnResource(method) && method.cfnResourceType === 'AWS::ApiGateway::Method') {
      Validations.of(method).acknowledge({
        id: 'AwsSolutions-COG4',
        reason:
          'Callers are IAM roles: every method asks for AWS_IAM. COG4 asks for a Cognito user pool on every method.',
      });
    }
  }
  open(
    'Service/Api/RestApi/DeploymentStage.prod',
    'The access log has caller, source, decision and ids of every call. The execution log would add request bodies, and needs a role for the whole account.',
    'AwsSolutions-APIG6',
  );
  open(
    'Service/Api/RestApi/DeploymentStage.prod',
    'No web ACL: every request is signed by one of four roles, and a request of anybody else ends before the integration.',
    'AwsSolutions-APIG3',
  );
  const PATH_PARAMETER =
    'The wildcard stands for the path parameter {id}. Endpoints that it would also match are denied, in this policy and in the resource policy of the API.';
  open(
    'Service/Api',
    PATH_PARAMETER,
    ...['GET/orders/*', 'GET/orders/*/refunds', 'PUT/orders/*', 'POST/orders/*/refunds'].map((rest) =>
      endpoint(`<${restApi}>`, rest),
    ),
  );

  // -- Boundaries --
  const BOUNDARY =
    'A permissions boundary grants nothing. It names APIs, secrets and keys by pattern and tag, since they name the role; the policies that grant name them exactly. How the record is watched, the auditor reads anywhere.';
  /** By which the record is watched and delivered: an auditor reads how. */
  const watching = [
    arn(`cloudwatch:${region}:${account}:alarm:*`),
    arn(`events:${region}:${account}:rule/*`),
    arn(`logs:${region}:${account}:log-group:*`),
    arn(`sns:${region}:${account}:*`),
  ];
  const patterns = [
    ...watching,
    arn(`firehose:${region}:${account}:deliverystream/*`),
    '*',
    arn(`kms:${region}:${account}:key/*`),
    arn(`secretsmanager:${region}:${account}:secret:${logicalId('Service/PartnerToken/Secret')}-*`),
    arn(`lambda:${region}:${account}:function:*`),
    arn(`cloudwatch::${account}:dashboard/*`),
    arn('s3:::*'),
    arn(`s3:::*/AWSLogs/${account}/*`),
    arn('s3:::*/vault/*'),
  ].map(wildcard);
  const calls = [
    'GET/orders',
    'GET/orders/*',
    'GET/orders/export',
    'POST/orders',
    'PUT/orders/*',
    'GET/orders/*/refunds',
    'POST/orders/*/refunds',
    'POST/webhooks/partner',
  ].map((rest) => endpoint('*', rest));
  for (const node of stage.node.findAll().filter((each) => each.node.id === 'Boundary')) {
    for (const id of [...patterns, ...calls]) Validations.of(node).acknowledge({ id, reason: BOUNDARY });
  }

  // -- Roles --
  for (const name of ['orders', 'order-entry', 'refunds', 'partner-webhook']) {
    open(`Service/${name}-role`, 'X-Ray has no resources: its actions take `*` only.', wildcard('*'));
  }
  open(
    'People/Operator/Watch',
    'CloudWatch reads metrics of the whole account or none; alarms and dashboards are read, never changed.',
    wildcard('*'),
    wildcard(arn(`cloudwatch:${region}:${account}:alarm:*`)),
    wildcard(arn(`cloudwatch::${account}:dashboard/*`)),
  );

  // -- Record --
  const vault = logicalId('Record/Vault/Bucket');
  open(
    'Record/Vault',
    'The auditor reads every record of this vault, and nothing else: the objects below its prefixes.',
    wildcard(`<${vault}.Arn>/AWSLogs/${account}/*`),
    wildcard(`<${logicalId('Record/Vault/AccessLogs')}.Arn>/vault/*`),
    wildcard('*'),
  );
  open(
    'Record/Vault',
    'The auditor reads how the record is watched: alarms, rules, filters and topics of the account, none of which he changes.',
    ...watching.map(wildcard),
  );
  const landing = logicalId('Record/Vault/LogDelivery/Landing');
  open(
    'Record/Vault/LogDelivery',
    'Log groups land and are copied below one folder, by names that Firehose makes of the time.',
    wildcard(`<${landing}.Arn>/*`),
    wildcard(`<${landing}.Arn>/AWSLogs/${account}/CloudWatchLogs/*`),
    wildcard(`<${vault}.Arn>/AWSLogs/${account}/CloudWatchLogs/*`),
  );
  open(
    'Record/Vault',
    'CloudTrail makes log streams of this name in the vault’s log group; the rest of the name is its own.',
    wildcard(
      arn(
        `logs:${region}:${account}:log-group:<${logicalId('Record/Vault/LogGroup')}>:log-stream:${account}_CloudTrail_${region}*`,
      ),
    ),
  );
}
