import { alternatives, referencedResources } from '../../model/read';
import { isText } from '../../model/value';
import type { TextPart } from '../../model/value';
import type { Api, World } from '../world/world';

/** The stage of an API where it has one for sure; else a text of which nothing is known but that it is one name. */
export function stageOf({ resource }: Api, { snapshot }: World): readonly TextPart[] {
  if (resource.intent?.kind === 'api') return [resource.intent.stage];
  const names = snapshot
    .referencing(resource.key)
    .filter(({ type, properties }) => {
      return type === 'AWS::ApiGateway::Stage' && referencedResources(properties.RestApiId).includes(resource.key);
    })
    .flatMap(({ properties }) => alternatives(properties.StageName));
  const [only, ...others] = names;
  if (others.length === 0 && typeof only === 'string') return [only];
  if (others.length === 0 && isText(only)) return only.parts;
  return [{ shape: 'segment', source: `${resource.key}.Stage` }];
}
