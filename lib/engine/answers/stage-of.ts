import { alternatives, referencedResources } from '../../model/read';
import { isText } from '../../model/value';
import type { TextPart } from '../../model/value';
import type { Api, World } from '../world/world';

/** The property that names the API. */
const API_OF_STAGE: Readonly<Record<string, string | undefined>> = {
  'AWS::ApiGateway::Stage': 'RestApiId',
  'AWS::ApiGatewayV2::Stage': 'ApiId',
};

/** The stage of an API where it has one for sure; else a text of which nothing is known but that it is one name. */
export function stageOf({ resource }: Api, { snapshot }: World): readonly TextPart[] {
  if (resource.intent?.kind === 'api') return [resource.intent.stage];
  const names = snapshot
    .referencing(resource.key)
    .filter(({ type, properties }) => {
      const id = API_OF_STAGE[type];
      return id !== undefined && referencedResources(properties[id]).includes(resource.key);
    })
    .flatMap(({ properties }) => alternatives(properties.StageName));
  const [only, ...others] = names;
  if (others.length === 0 && typeof only === 'string') return [only];
  if (others.length === 0 && isText(only)) return only.parts;
  return [{ shape: 'segment', source: `${resource.key}.Stage` }];
}
