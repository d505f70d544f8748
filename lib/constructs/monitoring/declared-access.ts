import { Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { IDeclaredApi } from '../api/i-declared-api';

/** The name of a role as the monitor knows it: behind its account where that is another one. */
export function watchedName(at: IConstruct, role: iam.IRole): string {
  const { account } = role.env;
  return account === Stack.of(at).account ? role.roleName : `${account}/${role.roleName}`;
}

/** Who reads: the names by which the function counts what they read, and how to show them. */
export function readersOf(at: IConstruct, api: IDeclaredApi): ReadonlyMap<string, string> {
  const readers = api.declaredEndpoints().filter(({ endpoint }) => /^(?:GET|HEAD) /.test(endpoint));
  const roles = readers
    .flatMap(({ callers }) => callers)
    .map((role): [string, string] => [watchedName(at, role), role.node.path])
    .sort(([, a], [, b]) => (a < b ? -1 : 1));
  const clients = readers
    .flatMap(({ tokens }) => tokens?.audience ?? [])
    .map((client): [string, string] => [`token ${client}`, `The client ${client}`]);
  return new Map([...roles, ...clients]);
}
