import { withLoopsWrittenOut } from './loops';
import { isRawMap } from './raw';
import { withSamWrittenOut } from './sam';
import type { TemplateSource } from './template-source';
import { LANGUAGE_EXTENSIONS, SAM, transformsOf } from './transforms';

/** The template with the transforms written out that are known here; any other is the same object as before. */
export function expanded(source: TemplateSource): TemplateSource {
  const names = transformsOf(source.body);
  if (!isRawMap(source.body) || names.length === 0) return source;
  let { body } = source;
  if (names.includes(LANGUAGE_EXTENSIONS)) body = withLoopsWrittenOut(body);
  if (names.includes(SAM)) body = withSamWrittenOut(body);
  return body === source.body ? source : { ...source, body };
}
