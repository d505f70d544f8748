import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { BreakGlassRole, FunctionIntegration, LeastPrivilegeRestApi, OpaqueToken, WorkloadRole } from '../../lib';
import type { AuditVault } from '../../lib';
import type { OrdersPeople } from './orders-people';

/** Properties of OrdersService. */
export interface OrdersServiceProps extends StackProps {
  readonly vault: AuditVault;
  readonly people: OrdersPeople;
}

/** The orders API, its functions, its table and the partner's token. */
export class OrdersService extends Stack {
  /** The roles of the functions that read the table. */
  public readonly readers: WorkloadRole[];
  /** The roles of the functions that write it. */
  public readonly writers: WorkloadRole[];
  private readonly vault: AuditVault;

  constructor(scope: Construct, id: string, { vault, people, ...props }: OrdersServiceProps) {
    super(scope, id, props);
    this.vault = vault;
    const table = new dynamodb.TableV2(this, 'Orders', {
      partitionKey: { name: 'kind', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });

    // One function for each duty, each with a role that can do no more.
    const orders = this.worker('orders', 'reads orders', table, ['dynamodb:GetItem', 'dynamodb:Query']);
    const entry = this.worker('order-entry', 'writes orders', table, ['dynamodb:PutItem', 'dynamodb:UpdateItem']);
    const refunds = this.worker('refunds', 'pays refunds', table, ['dynamodb:PutItem', 'dynamodb:Query']);
    const webhook = this.worker('partner-webhook', 'takes delivery reports');
    this.readers = [orders.role, refunds.role];
    this.writers = [entry.role, refunds.role];

    const token = new OpaqueToken(this, 'PartnerToken', {
      auditVault: vault,
      owner: 'partners-team',
      purpose: 'signs the webhooks of the parcel service',
      reader: webhook.role,
      rotateEvery: Duration.days(7),
      expiresOn: '2027-06-30',
    });
    webhook.function.addEnvironment('TOKEN_ARN', token.secretArn);

    // For the night when a function runs wild: it can be stopped, and everybody on call hears who did it and why.
    const breakGlass = new BreakGlassRole(this, 'BreakGlass', {
      owner: 'platform-team',
      purpose: 'stops and restarts the functions in an emergency',
      reviewOn: '2027-06-30',
      assumedBy: people.employees,
      mfa: people.mfa,
      alarmEmails: ['on-call@orders-company.example'],
    });
    breakGlass.allow(
      new iam.PolicyStatement({
        actions: ['lambda:DeleteFunctionConcurrency', 'lambda:PutFunctionConcurrency'],
        resources: [orders, entry, refunds, webhook].map((each) => each.function.functionArn),
      }),
    );

    const api = new LeastPrivilegeRestApi(this, 'Api', { auditVault: vault, description: 'Orders' });
    const order = api.restApi.addModel('Order', {
      schema: {
        type: apigateway.JsonSchemaType.OBJECT,
        required: ['customer', 'amount'],
        additionalProperties: false,
        properties: {
          customer: { type: apigateway.JsonSchemaType.STRING, minLength: 1, maxLength: 200 },
          amount: { type: apigateway.JsonSchemaType.NUMBER, minimum: 0, maximum: 100_000 },
        },
      },
    });
    const refund = api.restApi.addModel('Refund', {
      schema: {
        type: apigateway.JsonSchemaType.OBJECT,
        required: ['amount', 'reason'],
        additionalProperties: false,
        properties: {
          amount: { type: apigateway.JsonSchemaType.NUMBER, minimum: 0, maximum: 100_000 },
          reason: { type: apigateway.JsonSchemaType.STRING, minLength: 1, maxLength: 500 },
        },
      },
    });
    const delivery = api.restApi.addModel('Delivery', { schema: { type: apigateway.JsonSchemaType.OBJECT } });

    const { report, clerk, refundDesk, partner } = people;
    api.addEndpoint('GET /orders', { callers: [clerk], integration: orders.integration });
    // Somebody has to ask again whether the report is still read.
    api.addEndpoint('GET /orders/export', {
      callers: [report],
      integration: orders.integration,
      reviewBy: '2027-06-30',
    });
    api.addEndpoint('GET /orders/{id}', { callers: [report, clerk, partner], integration: orders.integration });
    api.addEndpoint('POST /orders', { callers: [clerk], integration: entry.integration, requestModel: order });
    api.addEndpoint('PUT /orders/{id}', { callers: [clerk], integration: entry.integration, requestModel: order });
    api.addEndpoint('GET /orders/{id}/refunds', { callers: [clerk], integration: refunds.integration });
    // Money leaves the house: only the refund desk, and the refund desk can do nothing else.
    api.addEndpoint('POST /orders/{id}/refunds', {
      callers: [refundDesk],
      integration: refunds.integration,
      requestModel: refund,
      highValue: true,
    });
    api.addEndpoint('POST /webhooks/partner', {
      callers: [partner],
      integration: webhook.integration,
      requestModel: delivery,
    });
  }

  /** A function with a role of its own, whose boundary holds just these actions on the table. */
  private worker(name: string, purpose: string, table?: dynamodb.ITable, actions: string[] = []): Worker {
    const role = new WorkloadRole(this, `${name}-role`, {
      owner: 'orders-team',
      purpose,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    if (table !== undefined) role.allow(new iam.PolicyStatement({ actions, resources: [table.tableArn] }));
    const logGroup = this.vault.createLogGroup(this, `${name}-logs`);
    logGroup.grantWrite(role);
    const handler = new NodejsFunction(this, name, {
      entry: join('bin/example/handlers', `${name}.ts`),
      runtime: lambda.Runtime.NODEJS_24_X,
      role,
      logGroup,
      tracing: lambda.Tracing.ACTIVE,
      timeout: Duration.seconds(10),
      environment: table === undefined ? {} : { ORDERS_TABLE: table.tableName },
      bundling: { externalModules: ['@aws-sdk/*'], minify: true },
    });
    return {
      role,
      function: handler,
      integration: new FunctionIntegration(handler),
    };
  }
}

interface Worker {
  readonly role: WorkloadRole;
  readonly function: lambda.Function;
  readonly integration: FunctionIntegration;
}
