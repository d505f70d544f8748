import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';

/** @throws BH3025 where the sweeper of the inventory could not reach the credential. */
export function checkEnvironment(at: IConstruct, inventory: IConstruct): void {
  const [here, there] = [Stack.of(at), Stack.of(inventory)];
  for (const each of ['account', 'region'] as const) {
    const [mine, other] = [here[each], there[each]];
    if (mine === other || Token.isUnresolved(mine) || Token.isUnresolved(other)) continue;
    throw misuse(at, {
      code: 'BH3025',
      what: `the inventory ${inventory.node.path} is in ${each} ${other}, the credential in ${mine}`,
      why: 'its sweeper reaches credentials of its own account and region only',
      mend: 'make an inventory for each account and region',
    });
  }
}
