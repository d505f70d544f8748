import { elements, member, show } from '../../../model/read';
import { isAbsent } from '../../../model/value';
import { allOf, NEXT_TOKEN, orMissing } from '../call';
import type { Answer, Call } from '../call';
import type { Declared, Deployed } from '../deployed';
import { attempt, deletedDifference, unknownDifference } from '../drift';
import type { Difference } from '../drift';
import { openPart } from '../fill';

/** An HTTP API: its routes with authorization, and its authorizers. */
export async function httpApiDifferences(
  api: Deployed,
  declared: Declared,
  call: Call,
): Promise<readonly Difference[]> {
  const ApiId = api.physicalId;
  const found = await orMissing(call('apigatewayv2', 'GetApi', { ApiId }));
  if (found === undefined) return [deletedDifference('the API is not there')];
  const list = (operation: string) => (): Promise<readonly Answer[]> =>
    allOf((page) => call('apigatewayv2', operation, { ApiId, MaxResults: '500', ...page }), 'Items', NEXT_TOKEN);
  return [
    ...endpointDifferences(api, found),
    ...(await attempt('Routes', async () => routeDifferences(api, declared, await list('GetRoutes')()))),
    ...(await attempt('Authorizers', async () => authorizerDifferences(api, declared, await list('GetAuthorizers')()))),
  ];
}

function endpointDifferences({ properties }: Deployed, found: Answer): readonly Difference[] {
  if (properties['DisableExecuteApiEndpoint'] !== true || found['DisableExecuteApiEndpoint'] === true) return [];
  const what = 'answers at its default endpoint, around its domain';
  return [{ aspect: 'Default endpoint', sort: 'widened', severity: 'HIGH', what }];
}

function routeDifferences(api: Deployed, declared: Declared, found: readonly Answer[]): readonly Difference[] {
  if (!isAbsent(api.properties['Body']) || !isAbsent(api.properties['BodyS3Location'])) {
    return [unknownDifference('Routes', 'the routes are in a definition, which is not read')];
  }
  const actual = new Map(found.map((each) => [String(each['RouteKey']), each]));
  const differences: Difference[] = [];
  const quick = member(api.properties, 'RouteKey');
  if (!isAbsent(quick)) actual.delete(show(quick));
  for (const route of of(api, declared, 'AWS::ApiGatewayV2::Route')) {
    const key = show(member(route.properties, 'RouteKey'));
    const aspect = `Route ${key}`;
    const open = openPart(route.properties);
    const there = actual.get(key);
    actual.delete(key);
    if (open !== undefined) differences.push(unknownDifference(aspect, `${open} is not known`));
    else if (there === undefined) {
      differences.push({
        aspect,
        sort: 'narrowed',
        severity: 'LOW',
        what: `does not serve ${key}, which was declared`,
      });
    } else differences.push(...routeDifference(aspect, key, route, there));
  }
  for (const [key, each] of actual) {
    const authorization = String(each['AuthorizationType'] ?? 'NONE');
    differences.push({
      aspect: `Route ${key}`,
      sort: 'widened',
      severity: authorization === 'NONE' ? 'CRITICAL' : 'HIGH',
      what: `serves ${key}, which nobody declared, with authorization ${authorization}`,
    });
  }
  return differences;
}

function routeDifference(aspect: string, key: string, { properties }: Deployed, found: Answer): readonly Difference[] {
  const type = member(properties, 'AuthorizationType');
  const wanted = isAbsent(type) ? 'NONE' : show(type);
  const actual = String(found['AuthorizationType'] ?? 'NONE');
  if (wanted !== actual) {
    const isOpen = actual === 'NONE';
    return [
      {
        aspect,
        sort: isOpen ? 'widened' : 'changed',
        severity: isOpen ? 'CRITICAL' : 'HIGH',
        what: `${key} asks for authorization ${actual}, declared is ${wanted}`,
      },
    ];
  }
  const authorizer = member(properties, 'AuthorizerId');
  if (!isAbsent(authorizer) && show(authorizer) !== String(found['AuthorizerId'] ?? '')) {
    const what = `${key} asks the authorizer ${String(found['AuthorizerId'] ?? 'none')}, declared is ${show(authorizer)}`;
    return [{ aspect, sort: 'changed', severity: 'HIGH', what }];
  }
  const scopes = elements(member(properties, 'AuthorizationScopes')).map(show).sort().join(' ');
  const asked = [...((found['AuthorizationScopes'] ?? []) as readonly string[])].sort().join(' ');
  if (scopes === asked) return [];
  const what = `${key} asks for the scopes ${asked === '' ? 'none' : asked}, declared are ${scopes === '' ? 'none' : scopes}`;
  return [{ aspect, sort: 'changed', severity: 'HIGH', what }];
}

function authorizerDifferences(api: Deployed, declared: Declared, found: readonly Answer[]): readonly Difference[] {
  return of(api, declared, 'AWS::ApiGatewayV2::Authorizer').flatMap(
    ({ logicalId, physicalId, properties }): readonly Difference[] => {
      const aspect = `Authorizer ${logicalId}`;
      const actual = found.find((each) => each['AuthorizerId'] === physicalId);
      if (actual === undefined) {
        return [{ aspect, sort: 'deleted', severity: 'HIGH', what: `the authorizer ${physicalId} is not there` }];
      }
      const jwt = member(properties, 'JwtConfiguration');
      const open = openPart(jwt) ?? openPart(member(properties, 'AuthorizerUri'));
      if (open !== undefined) return [unknownDifference(aspect, `${open} is not known`)];
      const wanted = said(
        member(properties, 'AuthorizerUri'),
        member(jwt, 'Issuer'),
        elements(member(jwt, 'Audience')).map(show),
      );
      const configuration = actual['JwtConfiguration'] as Answer | undefined;
      const has = said(actual['AuthorizerUri'], configuration?.['Issuer'], configuration?.['Audience'] ?? []);
      if (wanted === has) return [];
      return [
        {
          aspect,
          sort: 'changed',
          severity: 'HIGH',
          what: `the authorizer ${physicalId} trusts ${has}, declared is ${wanted}`,
        },
      ];
    },
  );
}

function said(uri: unknown, issuer: unknown, audience: readonly string[]): string {
  return [uri, issuer, [...audience].sort().join(' ')]
    .filter((each) => typeof each === 'string' && each !== '')
    .join(', ');
}

function of({ physicalId }: Deployed, declared: Declared, type: string): readonly Deployed[] {
  return declared.ofType(type).filter(({ properties }) => properties['ApiId'] === physicalId);
}
