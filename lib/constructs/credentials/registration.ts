import { Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { WorkloadRole } from '../roles/workload-role';
import type { CredentialInventory } from './credential-inventory';

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
  readonly rotator: WorkloadRole;
}

/**
 * Enters a credential into an inventory: its function keeps its own line there, and the sweeper may end it, in policies
 * of the credential's stack that name its table, its secret and its function.
 */
export function register(
  scope: Construct,
  inventory: CredentialInventory,
  declared: RegisteredCredential,
  { readers, secretArn, rotationFunction, rotator }: RegisteredParts,
): void {
  const paths = Lazy.list({ produce: () => readers().map((role) => role.node.path) });
  const entry = Stack.of(scope).toJsonString({ ...declared, readers: paths });
  rotationFunction.addEnvironment('INVENTORY_TABLE', inventory.table.tableName);
  rotationFunction.addEnvironment('INVENTORY_ENTRY', entry);
  const keeping = { actions: ['dynamodb:UpdateItem'], resources: [inventory.table.tableArn] };
  rotator.extendBoundary(new iam.PolicyStatement(keeping));
  const itsLine = { 'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': [secretArn] } };
  new iam.Policy(scope, 'InventoryPolicy', {
    roles: [rotator],
    statements: [new iam.PolicyStatement({ ...keeping, conditions: itsLine })],
  });
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
