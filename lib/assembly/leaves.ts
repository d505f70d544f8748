import { isRawMap, own, ownString } from './raw';
import type { RawMap } from './raw';

/** A place in a template, as a chain from the leaf to the root. Written out only when it is needed. */
export interface Place {
  readonly key: string | number;
  readonly holder: unknown;
  readonly parent?: Place;
}

/** A string in a template. */
export interface Leaf {
  readonly text: string;
  readonly place: Place;
}

/** Visits every string below a value, wherever it stands: also in the arguments of functions. Any depth. */
export function visitLeaves(root: unknown, name: string, visit: (leaf: Leaf) => void): void {
  const open: [unknown, Place][] = [[root, { key: name, holder: undefined }]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, place] = next;
    if (typeof value === 'string') visit({ text: value, place });
    else if (Array.isArray(value)) {
      for (let i = value.length - 1; i >= 0; i -= 1) open.push([value[i], { key: i, holder: value, parent: place }]);
    } else if (isRawMap(value)) {
      const keys = Object.keys(value);
      for (let i = keys.length - 1; i >= 0; i -= 1) {
        const key = keys[i];
        open.push([own(value, key), { key, holder: value, parent: place }]);
      }
    }
  }
}

/** `Properties.Environment.Variables.TOKEN`. */
export function placeText(place: Place): string {
  const { key, parent } = place;
  if (parent === undefined) return String(key);
  return typeof key === 'number' ? `${placeText(parent)}[${key}]` : `${placeText(parent)}.${key}`;
}

/** The value that a text makes up or is a part of. */
export interface NamedValue {
  /** The name beside a `Value`, else the nearest key that is no function. */
  readonly name: string;
  readonly place: Place;
  /** As in the template; a function where the text is in the argument of one. */
  readonly raw: unknown;
}

export function namedValue({ text, place }: Leaf): NamedValue {
  let top = place;
  let inFunction = false;
  while (top.parent !== undefined && (typeof top.key === 'number' || isFunction(top.key))) {
    inFunction ||= typeof top.key === 'string';
    top = top.parent;
  }
  const beside = top.key === 'Value' && isRawMap(top.holder) ? nameBeside(top.holder) : undefined;
  return { name: beside ?? String(top.key), place: top, raw: inFunction ? memberOf(top) : text };
}

function isFunction(key: string): boolean {
  return key === 'Ref' || key.startsWith('Fn::');
}

function memberOf({ key, holder }: Place): unknown {
  return isRawMap(holder) ? own(holder, String(key)) : undefined;
}

function nameBeside(holder: RawMap): string | undefined {
  return ['Name', 'OptionName', 'Key', 'name'].map((key) => ownString(holder, key)).find((each) => each !== undefined);
}
