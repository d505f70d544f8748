import { Names } from 'aws-cdk-lib';
import type { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { INTENT_KEY } from '../model/intent';
import type { Intent } from '../model/intent';

/** Writes what was declared into the template, where the checks, the CLI and later reviews read it. */
export function declareIntent(resource: CfnResource, intent: Intent): void {
  resource.addMetadata(INTENT_KEY, intent);
}

/** The value of the compartment tag of a construct: unique in the app, stable while its path is. At most 128 characters. */
export function compartmentOf(construct: IConstruct): string {
  return Names.uniqueResourceName(construct, { maxLength: 128, separator: '-' });
}
