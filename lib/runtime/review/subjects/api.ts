import { member, show } from '../../../model/read';
import type { PolicyDocument } from '../../../model/policy';
import { isAbsent } from '../../../model/value';
import { allOf, API_PAGES, orMissing } from '../call';
import type { Answer, Call } from '../call';
import type { Declared, Deployed } from '../deployed';
import { readDocument } from '../documents';
import { attempt, deletedDifference, unknownDifference } from '../drift';
import type { Difference } from '../drift';
import { openPart } from '../fill';
import { resourcePolicyDifferences } from './resource-policy';

/** A REST API: its resource policy, methods, authorizers and stages. */
export async function apiDifferences(api: Deployed, declared: Declared, call: Call): Promise<readonly Difference[]> {
  const restApiId = api.physicalId;
  const found = await orMissing(call('api-gateway', 'GetRestApi', { restApiId }));
  if (found === undefined) return [deletedDifference('the API is not there')];
  const list = (operation: string, more: object) => () =>
    allOf((page) => call('api-gateway', operation, { restApiId, limit: 500, ...more, ...page }), 'items', API_PAGES);
  const resources = list('GetResources', { embed: ['methods'] });
  const authorizers = list('GetAuthorizers', {});
  const arn = `arn:${partitionOf(api)}:execute-api:${api.region}:${api.account}:${restApiId}`;
  return [
    ...resourcePolicyDifferences(api, declared, expanded(readDocument(found['policy']), arn), { arn }),
    ...endpointDifferences(api, found),
    ...(await attempt('Methods', async () => methodDifferences(api, declared, await resources()))),
    ...(await attempt('Authorizers', async () => authorizerDifferences(api, declared, await authorizers()))),
    ...(await attempt('Stages', async () => {
      const { item: stages = [] } = await call('api-gateway', 'GetStages', { restApiId });
      return stageDifferences(api, declared, stages as readonly Answer[]);
    })),
  ];
}

function partitionOf({ arn, region }: Deployed): string {
  return arn?.split(':')[1] ?? (region.startsWith('cn-') ? 'aws-cn' : 'aws');
}

/** The short form of ARNs is expanded when a policy is saved; one that is not yet means the same. */
function expanded(document: PolicyDocument, arn: string): PolicyDocument {
  return {
    ...document,
    statements: document.statements.map((statement) => {
      const { resources } = statement;
      if (resources === undefined) return statement;
      const patterns = resources.patterns.map((each) =>
        typeof each === 'string' ? each.replace(/^execute-api:\/?/, `${arn}/`) : each,
      );
      return { ...statement, resources: { ...resources, patterns } };
    }),
  };
}

function endpointDifferences({ properties }: Deployed, found: Answer): readonly Difference[] {
  if (properties['DisableExecuteApiEndpoint'] !== true || found['disableExecuteApiEndpoint'] === true) return [];
  return [
    {
      aspect: 'Default endpoint',
      sort: 'widened',
      severity: 'HIGH',
      what: 'answers at its default endpoint, around its domain',
    },
  ];
}

interface Method {
  readonly authorization: string;
  readonly authorizerId?: string;
  readonly key: boolean;
}

function methodDifferences(api: Deployed, declared: Declared, resources: readonly Answer[]): readonly Difference[] {
  const known = declared.apis.get(api.key);
  const actual = new Map<string, Method>();
  for (const { path, resourceMethods } of resources) {
    for (const [verb, method] of Object.entries((resourceMethods ?? {}) as Readonly<Record<string, Answer>>)) {
      actual.set(`${verb} ${String(path)}`, {
        authorization: String(method['authorizationType'] ?? 'NONE'),
        ...(method['authorizerId'] === undefined ? {} : { authorizerId: String(method['authorizerId']) }),
        key: method['apiKeyRequired'] === true,
      });
    }
  }
  const lost = known?.unknownMethods?.detail;
  if (known === undefined || lost !== undefined)
    return [unknownDifference('Methods', lost ?? 'the methods are not known')];
  const differences: Difference[] = [];
  for (const { verb, path, authorization, resource } of known.methods) {
    const open = openPart(verb) ?? openPart(path) ?? openPart(authorization);
    if (open !== undefined) {
      differences.push(unknownDifference(`Method of ${resource.logicalId}`, `${open} is not known`));
      continue;
    }
    const name = `${verb === '*' ? 'ANY' : show(verb)} ${show(path)}`;
    const found = actual.get(name);
    actual.delete(name);
    const { properties } = declared.byKey(resource.key) ?? { properties: {} };
    const isMethod = resource.type === 'AWS::ApiGateway::Method';
    const authorizer = member(properties, 'AuthorizerId');
    differences.push(
      ...methodDifference(name, found, {
        authorization: show(authorization),
        ...(isMethod && typeof authorizer === 'string' ? { authorizerId: authorizer } : {}),
        key: isMethod && member(properties, 'ApiKeyRequired') === true,
      }),
    );
  }
  for (const [name, { authorization }] of actual) {
    differences.push({
      aspect: `Method ${name}`,
      sort: 'widened',
      severity: authorization === 'NONE' ? 'CRITICAL' : 'HIGH',
      what: `serves ${name}, which nobody declared, with authorization ${authorization}`,
    });
  }
  return differences;
}

function methodDifference(name: string, found: Method | undefined, wanted: Method): readonly Difference[] {
  const aspect = `Method ${name}`;
  if (found === undefined) {
    return [{ aspect, sort: 'narrowed', severity: 'LOW', what: `does not serve ${name}, which was declared` }];
  }
  if (found.authorization !== wanted.authorization) {
    const isOpen = found.authorization === 'NONE';
    return [
      {
        aspect,
        sort: isOpen ? 'widened' : 'changed',
        severity: isOpen ? 'CRITICAL' : 'HIGH',
        what: `${name} asks for authorization ${found.authorization}, declared is ${wanted.authorization}`,
      },
    ];
  }
  if (wanted.authorizerId !== undefined && found.authorizerId !== wanted.authorizerId) {
    return [
      {
        aspect,
        sort: 'changed',
        severity: 'HIGH',
        what: `${name} asks the authorizer ${found.authorizerId ?? 'none'}, declared is ${wanted.authorizerId}`,
      },
    ];
  }
  if (wanted.key && !found.key) {
    return [{ aspect, sort: 'weakened', severity: 'MEDIUM', what: `${name} asks for no API key, declared is one` }];
  }
  return [];
}

/** How long API Gateway keeps what an authorizer decided, where nobody says. */
const DEFAULT_TTL = 300;

function authorizerDifferences(api: Deployed, declared: Declared, found: readonly Answer[]): readonly Difference[] {
  return declared
    .ofType('AWS::ApiGateway::Authorizer')
    .filter(({ properties }) => properties['RestApiId'] === api.physicalId)
    .flatMap(({ logicalId, physicalId, properties }): readonly Difference[] => {
      const aspect = `Authorizer ${logicalId}`;
      const actual = found.find(({ id }) => id === physicalId);
      if (actual === undefined) {
        return [{ aspect, sort: 'deleted', severity: 'HIGH', what: `the authorizer ${physicalId} is not there` }];
      }
      const ttl = member(properties, 'AuthorizerResultTtlInSeconds');
      const wanted = isAbsent(ttl) ? DEFAULT_TTL : Number(ttl);
      const kept = Number(actual['authorizerResultTtlInSeconds'] ?? DEFAULT_TTL);
      const texts = [
        ['type', 'Type'],
        ['authorizerUri', 'AuthorizerUri'],
        ['identitySource', 'IdentitySource'],
        ['identityValidationExpression', 'IdentityValidationExpression'],
      ] as const;
      const other = texts.flatMap(([name, property]): readonly Difference[] => {
        const value = member(properties, property);
        const open = openPart(value);
        if (open !== undefined) return [unknownDifference(`${aspect} ${property}`, `${open} is not known`)];
        const text = isAbsent(value) ? '' : show(value);
        if (text === String(actual[name] ?? '') || (isAbsent(value) && name === 'identitySource')) return [];
        return [
          {
            aspect: `${aspect} ${property}`,
            sort: 'changed',
            severity: 'HIGH',
            what: `the authorizer ${physicalId} has ${property} ${String(actual[name] ?? 'none')}, declared is ${text === '' ? 'none' : text}`,
          },
        ];
      });
      if (kept === wanted) return other;
      return [
        ...other,
        {
          aspect: `${aspect} cache`,
          sort: kept > wanted ? 'weakened' : 'changed',
          severity: kept > wanted ? 'HIGH' : 'LOW',
          what: `the decisions of the authorizer ${physicalId} are kept for ${kept} s, declared are ${wanted} s`,
        },
      ];
    });
}

function stageDifferences(api: Deployed, declared: Declared, found: readonly Answer[]): readonly Difference[] {
  const wanted = declared
    .ofType('AWS::ApiGateway::Stage')
    .filter((each) => each.properties['RestApiId'] === api.physicalId);
  const names = new Set(wanted.map(({ physicalId }) => physicalId));
  const added = found
    .filter(({ stageName }) => !names.has(String(stageName)))
    .map(
      ({ stageName }): Difference => ({
        aspect: `Stage ${String(stageName)}`,
        sort: 'widened',
        severity: 'HIGH',
        what: `is served on the stage ${String(stageName)}, which nobody declared`,
      }),
    );
  return [
    ...added,
    ...wanted.flatMap(({ physicalId, properties }): readonly Difference[] => {
      const aspect = `Stage ${physicalId}`;
      const actual = found.find(({ stageName }) => stageName === physicalId);
      if (actual === undefined) {
        return [{ aspect, sort: 'deleted', severity: 'MEDIUM', what: `the stage ${physicalId} is not there` }];
      }
      const deployment = member(properties, 'DeploymentId');
      const log = member(properties, 'AccessLogSetting', 'DestinationArn');
      return [
        ...(typeof deployment === 'string' && deployment !== actual['deploymentId']
          ? [
              {
                aspect: `${aspect} deployment`,
                sort: 'changed',
                severity: 'HIGH',
                what: `the stage ${physicalId} serves the deployment ${String(actual['deploymentId'])}, declared is ${deployment}: other methods and policies may be in force than those that the API shows`,
              } as const,
            ]
          : []),
        ...(typeof log === 'string' &&
        withoutStar(log) !== withoutStar(String(actual['accessLogSettings']?.destinationArn ?? ''))
          ? [
              {
                aspect: `${aspect} access log`,
                sort: 'weakened',
                severity: 'HIGH',
                what: `the stage ${physicalId} logs to ${String(actual['accessLogSettings']?.destinationArn ?? 'nothing')}, declared is ${log}`,
              } as const,
            ]
          : []),
      ];
    }),
  ];
}

function withoutStar(arn: string): string {
  return arn.replace(/:\*$/, '');
}
