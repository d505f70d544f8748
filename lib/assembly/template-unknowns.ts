import { unknown } from '../model/value';
import type { Unknown } from '../model/value';
import { isRawMap, kindOf, own, ownString, rawMap } from './raw';
import type { RawMap } from './raw';
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
 * Connectors of SAM add permissions to roles that are there; a transform beside the properties of a resource may make
 * another resource of it. In the properties, what it makes is not known where it stands.
 */
export function reshapingOf(body: unknown): readonly Unknown[] {
  const resources = own(rawMap(body), 'Resources');
  const ofOne = new Set(
    [...includesOf(resources, inProperties), ...serverlessOf(resources, false)].map(({ detail }) => detail),
  );
  const adding = new Set(ADDING_ONLY.map((name) => ofTemplate(name).detail));
  return unknownsOf(body).filter(({ detail }) => !ofOne.has(detail) && !adding.has(detail));
}

function ofTemplate(name: string): Unknown {
  return unknown('transform', `transform "${name}" of the template`);
}

/** Transforms directly below a resource or its properties; those deeper are unknown where they stand. */
function includesOf(resources: unknown, parts = inResource): readonly Unknown[] {
  if (!isRawMap(resources)) return [];
  return Object.entries(resources).flatMap(([id, resource]) => {
    if (!isRawMap(resource)) return [];
    return parts(resource).flatMap(({ part, where }) =>
      isRawMap(part)
        ? Object.keys(part)
            .filter((key) => key.startsWith('Fn::'))
            .map((key) => unknown('transform', `"${key}" in ${where} "${id}"`))
        : [],
    );
  });
}

interface Part {
  readonly part: unknown;
  readonly where: string;
}

function inProperties(resource: RawMap): readonly Part[] {
  return [{ part: own(resource, 'Properties'), where: 'the properties of resource' }];
}

function inResource(resource: RawMap): readonly Part[] {
  return [{ part: resource, where: 'resource' }, ...inProperties(resource)];
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
