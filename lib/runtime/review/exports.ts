import { allOf, NEXT_TOKEN } from './call';
import type { Call } from './call';
import type { DeployedStack } from './stack';

/** The exports of the account and region, where a template imports one. */
export async function exportsOf(stacks: readonly DeployedStack[], call: Call): Promise<ReadonlyMap<string, string>> {
  if (!stacks.some(({ templateText }) => templateText.includes('Fn::ImportValue'))) return new Map();
  const exported = await allOf((page) => call('cloudformation', 'ListExports', page), 'Exports', NEXT_TOKEN);
  return new Map(exported.map(({ Name, Value }) => [String(Name), String(Value ?? '')]));
}
