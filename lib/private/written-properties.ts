import { Stack } from 'aws-cdk-lib';
import type { CfnResource } from 'aws-cdk-lib';

/** The properties of a resource as they will be in the template, raw overrides included. Ask when it is complete. */
export function writtenProperties(resource: CfnResource): Readonly<Record<string, unknown>> {
  const { Resources } = Stack.of(resource).resolve(resource._toCloudFormation()) as {
    readonly Resources: Readonly<Record<string, { readonly Properties?: Readonly<Record<string, unknown>> }>>;
  };
  const [written] = Object.values(Resources);
  return written.Properties ?? {};
}
