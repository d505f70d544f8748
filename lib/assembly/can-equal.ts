import type { HoleShape, Text } from '../model/value';

const SHAPES: Readonly<Record<HoleShape, string>> = {
  'account': '[0-9]{12}',
  'region': '[a-z0-9-]+',
  'partition': '[a-z-]+',
  'url-suffix': '[a-z0-9.-]+',
  'stack-name': '[A-Za-z0-9-]+',
  'segment': '[^:/*?]+',
  'suffix': '[A-Za-z0-9]{6}',
  'physical-id': '[^*?]+',
  'any': '[^]*',
};

/** Whether a text could become this literal. Gives `true` where it was not worth finding out. */
export function canEqual(value: Text, literal: string): boolean {
  // A longer pattern could take its time to fail.
  if (value.parts.length > 8 || literal.length > 256) return true;
  const pattern = value.parts.map((part) => (typeof part === 'string' ? escape(part) : SHAPES[part.shape])).join('');
  return new RegExp(`^${pattern}$`).test(literal);
}

function escape(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
