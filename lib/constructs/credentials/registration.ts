import { Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { WorkloadRole } from '../roles/workload-role';
import type { CredentialInventory } from './credential-inventory';
import type { Removal } from './removal';

/** What an inventory keeps of a credential from the beginning. */
export interface RegisteredCredential {
  readonly path: string;
  readonly kind: string;
  readonly owner: string;
  readonly purpose: string;
  readonly expiresOn: string;
  readonly rotateEveryHours: number;
}

/** What the line of a credential is kept by, and for whom. */
export interface RegisteredParts {
  /** Asked when the template is written. */
  readonly readers: () => readonly iam.IRole[];
  readonly secretArn: string;
  readonly rotationFunction: lambda.Function;
  readonly removal: Removal;
  readonly rotator: WorkloadRole;
}

/**
 * Enters a credential into an inventory: its functions keep its own line there, and the sweeper may end it, in policies
 * of the credential's stack that name its table, its secret and its function.
 */
export function register(
  scope: Construct,
  inventory: CredentialInventory,
  declared: RegisteredCredential,
  { readers, secretArn, rotationFunction, removal, rotator }: RegisteredParts,
): void {
  const paths = Lazy.list({ produce: () => readers().map((role) => role.node.path) });
  const entry = Stack.of(scope).toJsonString({ ...declared, readers: paths });
  for (const code of [rotationFunction, removal.function]) {
    code.addEnvironment('INVENTORY_TABLE', inventory.table.tableName);
    code.addEnvironment('INVENTORY_ENTRY', entry);
  }
  removal.follow(entry);
  const keeping = { actions: ['dynamodb:DeleteItem', 'dynamodb:UpdateItem'], resources: [inventory.table.tableArn] };
  rotator.extendBoundary(new iam.PolicyStatement(keeping));
  const itsLine = { 'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': [secretArn] } };
  const policy = new iam.Policy(scope, 'InventoryPolicy', {
    roles: [rotator],
    statements: [new iam.PolicyStatement({ ...keeping, conditions: itsLine })],
  });
  // The line is written before the first rotation begins, and removed with the credential.
  removal.resource.node.addDependency(policy);
  new iam.Policy(scope, 'SweeperPolicy', {
    roles: [inventory.sweeperRole],
    statements: [
      new iam.PolicyStatement({
        actions: ['secretsmanager:DeleteSecret'],
        resources: [secretArn],
        // Never at once: what was ended by mistake can be brought back.
        conditions: {
          BoolIfExists: { 'secretsmanager:ForceDeleteWithoutRecovery': 'false' },
          NumericGreaterThanEquals: { 'secretsmanager:RecoveryWindowInDays': '30' },
        },
      }),
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [rotationFunction.functionArn] }),
    ],
  });
}
