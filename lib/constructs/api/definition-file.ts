import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import type { AssetStaging } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';

/** The OpenAPI definition of an API: as it is in the template, or in the file that the app uploads for it. */
export type Definition = { readonly definition?: unknown } | { readonly unread: string };

/**
 * Reads the definition of an API, from `ApiDefinition.fromInline` and `fromAsset`; none of one that lies in a bucket
 * already. What cannot be read is said.
 */
export function definitionOf(api: apigateway.RestApiBase, resource: apigateway.CfnRestApi): Definition {
  const inline = Stack.of(api).resolve(resource.body) as unknown;
  if (inline !== undefined) return { definition: inline };
  const file = uploadedFor(api);
  if (file === undefined) return {};
  try {
    return { definition: parse(readFileSync(file, 'utf8')) };
  } catch (error) {
    return { unread: `its definition in \`${file}\` is neither JSON nor YAML (${(error as Error).message})` };
  }
}

/** The path of what `ApiDefinition.fromAsset` was given. */
function uploadedFor(api: apigateway.RestApiBase): string | undefined {
  const staging = api.node.tryFindChild('APIDefinition')?.node.tryFindChild('Stage') as AssetStaging | undefined;
  return staging?.sourcePath;
}

function parse(text: string): unknown {
  if (text.trimStart().startsWith('{')) return JSON.parse(text);
  const { parseDocument } = require('../../private/vendor/yaml') as typeof import('../../private/vendor/yaml');
  const document = parseDocument(text, { schema: 'core', prettyErrors: false, logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) throw new Error(error.code);
  return document.toJS({ maxAliasCount: 100 });
}
