import { definedOperations } from '../../engine/world/open-api';
import type { Operation } from '../../engine/world/open-api';
import { member, referencedResources } from '../../model/read';
import type { Snapshot } from '../../model/snapshot';
import type { Value } from '../../model/value';
import { apiOfPart } from './api-parts';

const known = new WeakMap<Snapshot, ReadonlySet<string>>();

/** The keys of the functions behind endpoints of APIs that were declared. Found once. */
export function functionsBehindApis(snapshot: Snapshot): ReadonlySet<string> {
  const before = known.get(snapshot);
  if (before !== undefined) return before;
  const methods = snapshot
    .ofType('AWS::ApiGateway::Method')
    .map((each) => [each, member(each.properties, 'Integration', 'Uri')] as const);
  const routes = snapshot
    .ofType('AWS::ApiGatewayV2::Integration')
    .map((each) => [each, each.properties['IntegrationUri']] as const);
  const defined = ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api']
    .flatMap((type) => snapshot.ofType(type))
    .flatMap((api) => definedOperations(api.properties['Body']).map((each) => [api, integrationUri(each)] as const));
  const found = new Set(
    [...methods, ...routes, ...defined]
      .filter(([part]) => (apiOfPart(part, snapshot) ?? part).intent?.kind === 'api')
      .flatMap(([, uri]) => referencedResources(uri))
      .filter((key) => snapshot.byKey(key)?.type === 'AWS::Lambda::Function'),
  );
  known.set(snapshot, found);
  return found;
}

function integrationUri({ value }: Operation): Value {
  return member(value, 'x-amazon-apigateway-integration', 'uri');
}
