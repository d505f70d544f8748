import { Names, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { WorkloadRole } from '../roles/workload-role';

/** What adds to a table. Who takes something away makes a caller new again, which is told. */
const WRITES = [
  'dynamodb:BatchWriteItem',
  'dynamodb:PartiQLInsert',
  'dynamodb:PartiQLUpdate',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
];

/**
 * The table in which a monitor remembers who called what. Nobody but the role of its function writes to it, whatever
 * identity policies say: whoever did could make a caller known before it calls.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-iam-actions.html
 */
export function knownCallers(scope: Construct, role: WorkloadRole): dynamodb.ITable {
  const tableName = nameOf(scope);
  const stack = Stack.of(scope);
  const table = new dynamodb.TableV2(scope, 'KnownCallers', {
    tableName,
    partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
    timeToLiveAttribute: 'expires',
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.DESTROY,
    resourcePolicy: new iam.PolicyDocument({
      statements: [
        new iam.PolicyStatement({
          sid: 'DenyOtherWriters',
          effect: iam.Effect.DENY,
          principals: [new iam.StarPrincipal()],
          actions: WRITES,
          resources: ['*'],
          conditions: { ArnNotEquals: { 'aws:PrincipalArn': role.roleArn } },
        }),
      ],
    }),
  });
  // By its name: the policy of the table names the role, which names its boundary, which allows this.
  const arn = stack.formatArn({ service: 'dynamodb', resource: 'table', resourceName: tableName });
  role.allow(new iam.PolicyStatement({ actions: ['dynamodb:PutItem'], resources: [arn] }));
  return table;
}

/** Tells stages and stacks of one account apart. */
function nameOf(scope: Construct): string {
  const { stackName } = Stack.of(scope);
  const unique = Names.uniqueResourceName(scope, { maxLength: 100, separator: '-' });
  return ['bulkhead-callers', ...(Token.isUnresolved(stackName) ? [] : [stackName]), unique].join('-');
}
