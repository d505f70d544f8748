import { isRawMap, own, ownString, rawMap } from './raw';

/** What it does is resolved here: loops, and functions such as `Fn::Length`. */
export const LANGUAGE_EXTENSIONS = 'AWS::LanguageExtensions';

/** The roles, functions and APIs that it makes are written out here; the rest of it is not. */
export const SAM = 'AWS::Serverless-2016-10-31';

/**
 * Transforms that leave the other resources of a template as they are.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-reference.html
 */
export const ADDING_ONLY: readonly string[] = [
  SAM,
  'AWS::CodeDeployBlueGreen',
  'AWS::SecretsManager-2020-07-23',
  'AWS::SecretsManager-2024-09-16',
];

/** The transforms that a template names, in order. */
export function transformsOf(body: unknown): readonly string[] {
  const raw = own(rawMap(body), 'Transform');
  if (raw === undefined) return [];
  return (Array.isArray(raw) ? raw : [raw]).map((each) =>
    typeof each === 'string' ? each : isRawMap(each) ? (ownString(each, 'Name') ?? 'unnamed') : 'unnamed',
  );
}

/** Whether something that is not resolved here adds to the template, or changes it, before it is deployed. */
export function isRewritten(body: unknown): boolean {
  if (transformsOf(body).some((name) => name !== LANGUAGE_EXTENSIONS)) return true;
  const resources = own(rawMap(body), 'Resources');
  return Object.entries(rawMap(resources)).some(
    ([key, resource]) => key.startsWith('Fn::') || isRawMap(own(rawMap(resource), 'Type')),
  );
}
