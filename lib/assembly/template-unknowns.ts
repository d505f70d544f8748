import { unknown } from '../model/value';
import type { Unknown } from '../model/value';
import { isRawMap, kindOf, own, ownString, rawMap } from './raw';
import { ADDING_ONLY, LANGUAGE_EXTENSIONS, transformsOf } from './transforms';

const MAPS = ['Parameters', 'Conditions', 'Mappings', 'Resources', 'Outputs'] as const;

/** What a template does that is not resolved here: transforms, macros, includes, loops, and sections that are no map. */
export function unknownsOf(body: unknown): readonly Unknown[] {
  if (!isRawMap(body)) return [unknown('malformed', `a template that is ${kindOf(body)}`)];
  const found: Unknown[] = transformsOf(body)
    .filter((name) => name !== LANGUAGE_EXTENSIONS)
    .map(ofTemplate);
  for (const section of MAPS) {
    const value = own(body, section);
    if (value === undefined || value === null) continue;
    if (!isRawMap(value)) {
      found.push(unknown('malformed', `section "${section}", which is ${kindOf(value)}`));
      continue;
    }
    for (const key of Object.keys(value).filter((each) => each.startsWith('Fn::'))) {
      found.push(unknown(key.startsWith('Fn::ForEach') ? 'function' : 'transform', `"${key}" in section "${section}"`));
    }
  }
  if (own(body, 'Fn::Transform') !== undefined)
    found.push(unknown('transform', '"Fn::Transform" of the whole template'));
  return [...found, ...includesOf(own(body, 'Resources')), ...serverlessOf(own(body, 'Resources'))];
}

/**
 * Of these, what may change any resource: all but transforms of AWS that only add what belongs to their own resources.
 * Connectors of SAM add permissions to roles that are there.
 */
export function reshapingOf(body: unknown): readonly Unknown[] {
  const ofOne = new Set(
    [...includesOf(own(rawMap(body), 'Resources')), ...serverlessOf(own(rawMap(body), 'Resources'), false)].map(
      ({ detail }) => detail,
    ),
  );
  const adding = new Set(ADDING_ONLY.map((name) => ofTemplate(name).detail));
  return unknownsOf(body).filter(({ detail }) => !ofOne.has(detail) && !adding.has(detail));
}

function ofTemplate(name: string): Unknown {
  return unknown('transform', `transform "${name}" of the template`);
}

/** Transforms directly below a resource or its properties; those deeper are unknown where they stand. */
function includesOf(resources: unknown): readonly Unknown[] {
  if (!isRawMap(resources)) return [];
  return Object.entries(resources).flatMap(([id, resource]) => {
    if (!isRawMap(resource)) return [];
    const properties = own(resource, 'Properties');
    return [resource, properties].flatMap((each) =>
      isRawMap(each)
        ? Object.keys(each)
            .filter((key) => key.startsWith('Fn::'))
            .map((key) => unknown('transform', `"${key}" in resource "${id}"`))
        : [],
    );
  });
}

/** What SAM makes of these is written out; of its other types it is not. */
const WRITTEN_OUT = ['Function', 'Api', 'HttpApi', 'SimpleTable'].map((kind) => `AWS::Serverless::${kind}`);

const CONNECTOR = 'AWS::Serverless::Connector';

function serverlessOf(resources: unknown, withConnectors = true): readonly Unknown[] {
  if (!isRawMap(resources)) return [];
  return Object.entries(resources).flatMap(([id, resource]) => {
    const type = isRawMap(resource) ? (ownString(resource, 'Type') ?? '') : '';
    if (!type.startsWith('AWS::Serverless::') || WRITTEN_OUT.includes(type)) return [];
    if (!withConnectors && type === CONNECTOR) return [];
    return [unknown('transform', `what SAM makes of "${id}", which is ${type}`)];
  });
}
