import { snapshotOf } from '../../lib/assembly/snapshot';
import type { TemplateSource } from '../../lib/assembly/template-source';
import { show } from '../../lib/model/read';
import type { Snapshot } from '../../lib/model/snapshot';
import type { Value } from '../../lib/model/value';

type Sections = Readonly<Record<string, unknown>>;

/** A template `T` with these sections. */
export function source(sections: Sections, rest: Partial<TemplateSource> = {}): TemplateSource {
  return { name: 'T', file: 't.json', body: sections, ...rest };
}

/** What a raw value becomes in a template `T` with these sections. */
export function resolved(raw: unknown, sections: Sections = {}, rest: Partial<TemplateSource> = {}): Value {
  const resources = {
    ...(sections['Resources'] as Sections | undefined),
    Probe: { Type: 'Test::Probe', Properties: { Value: raw } },
  };
  return probe(snapshotOf([source({ ...sections, Resources: resources }, rest)]));
}

/** The value of the resource `Probe` of a snapshot. */
export function probe(snapshot: Snapshot, key = 'T#Probe'): Value {
  return snapshot.byKey(key)?.properties['Value'] as Value;
}

/** As a reader would see it. */
export function shown(raw: unknown, sections?: Sections, rest?: Partial<TemplateSource>): string {
  return show(resolved(raw, sections, rest));
}
