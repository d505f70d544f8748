import type { PlacedText, Template } from '../model/snapshot';
import type { Leaf } from './leaves';
import { placeText, visitLeaves } from './leaves';
import { isRawMap, own } from './raw';
import type { RawMap } from './raw';

/** Sections of a template outside its resources that may hold texts of their own. */
const SECTIONS = ['Description', 'Metadata', 'Parameters', 'Mappings', 'Conditions', 'Rules', 'Outputs'] as const;

/** Metadata that tools write: paths, hashes and what was declared. */
const TOOLS = /^(aws:|cdk_nag|cdk-bulkhead|AWS::CloudFormation::(Designer|Interface))/;

/** The literal texts of a template outside its resources. */
export function textsOfTemplate(body: RawMap, template: Template): readonly PlacedText[] {
  const found: PlacedText[] = [];
  visitTemplate(body, ({ text, place }) => found.push({ text, template, place: placeText(place) }));
  return found;
}

/** Visits the strings of a template outside its resources. */
export function visitTemplate(body: RawMap, visit: (leaf: Leaf) => void): void {
  for (const section of SECTIONS) visitLeaves(own(body, section), section, visit);
}

/** Visits the strings of a resource: its properties and what people wrote into its metadata. */
export function visitResource(raw: RawMap, visit: (leaf: Leaf) => void): void {
  visitLeaves(own(raw, 'Properties'), 'Properties', visit);
  const metadata = own(raw, 'Metadata');
  if (!isRawMap(metadata)) return;
  for (const key of Object.keys(metadata)) {
    if (!TOOLS.test(key)) visitLeaves(own(metadata, key), `Metadata.${key}`, visit);
  }
}
