import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Assets } from './nested-templates';
import { isRawMap, own, ownString, rawMap } from './raw';
import type { RawMap } from './raw';
import { readFile } from './read-file';

const APIS = ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'];

/**
 * The template with the OpenAPI definitions in it that lie in S3, as far as their files are in the assembly: `Body` in the
 * place of `BodyS3Location`. A definition that cannot be read stays where it is, and so is not known.
 */
export function withDefinitions(body: RawMap, assets: Assets): RawMap {
  const resources = rawMap(own(body, 'Resources'));
  const changed = Object.entries(resources).flatMap(([logicalId, resource]): [string, RawMap][] => {
    if (!isRawMap(resource) || !APIS.includes(ownString(resource, 'Type') ?? '')) return [];
    const { BodyS3Location, ...properties } = rawMap(own(resource, 'Properties'));
    const definition = BodyS3Location === undefined ? undefined : definitionAt(rawMap(BodyS3Location), assets);
    if (definition === undefined || 'Body' in properties) return [];
    return [[logicalId, { ...resource, Properties: { ...properties, Body: definition } }]];
  });
  if (changed.length === 0) return body;
  return { ...body, Resources: { ...resources, ...Object.fromEntries(changed) } };
}

/** The name of an asset is a hash of its content, so that what the assembly uploads under it is what is deployed. */
function definitionAt(location: RawMap, { folder, byObjectKey }: Assets): RawMap | undefined {
  const key = ownString(location, 'Key');
  const named = key === undefined ? undefined : byObjectKey.get(key.slice(key.lastIndexOf('/') + 1));
  // A file elsewhere is none of the assembly's.
  if (named === undefined || /(^|[\\/])\.\.([\\/]|$)/.test(named)) return undefined;
  const file = join(folder, named);
  const parsed = existsSync(file) ? readFile(file) : undefined;
  return parsed?.ok === true && isRawMap(parsed.body) && isLiteral(parsed.body) ? parsed.body : undefined;
}

/** In a file, nothing resolves what looks like a function of CloudFormation. */
function isLiteral(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isLiteral);
  if (!isRawMap(value)) return true;
  return Object.entries(value).every(([key, each]) => key !== 'Ref' && !key.startsWith('Fn::') && isLiteral(each));
}
