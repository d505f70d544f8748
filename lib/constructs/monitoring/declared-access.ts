import { CfnResource } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { INTENT_KEY } from '../../model/intent';
import type { EndpointIntent } from '../../model/intent';

/** What the endpoints of an API declare: below the construct, or where an existing API stands. */
export function declaredEndpoints(api: IConstruct & { readonly restApi: IConstruct }): readonly EndpointIntent[] {
  return [...new Set([api, api.restApi].flatMap((each) => each.node.findAll()))]
    .filter((each) => CfnResource.isCfnResource(each))
    .map((each) => each.getMetadata(INTENT_KEY) as EndpointIntent | undefined)
    .filter((intent): intent is EndpointIntent => intent?.kind === 'endpoint');
}

/** The name of the role with this construct path, which may be a token. */
export function roleNameAt(path: string, at: IConstruct): string | undefined {
  let node: IConstruct | undefined = at.node.root;
  for (const id of path.split('/')) node = node?.node.tryFindChild(id);
  if (node === undefined) return undefined;
  const resource = CfnResource.isCfnResource(node) ? node : node.node.defaultChild;
  if ((node as Partial<iam.IRole>).roleName !== undefined) return (node as iam.IRole).roleName;
  return resource !== undefined && iam.CfnRole.isCfnRole(resource) ? resource.ref : undefined;
}
