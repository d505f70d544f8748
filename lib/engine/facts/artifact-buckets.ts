import { elements, member } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { auditParts } from './audit-parts';
import { resourcesNamed } from './lookup';

const BUCKET = 'AWS::S3::Bucket';
const known = new WeakMap<Snapshot, ReadonlySet<string>>();

/**
 * The keys of the buckets in which pipelines hand artifacts from one stage to the next: those that an
 * `AWS::CodePipeline::Pipeline` names as its store. What is in them can be built again. A bucket where a trail delivers is
 * none, whoever names it.
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome-introducing-artifacts.html
 */
export function artifactBuckets(snapshot: Snapshot): ReadonlySet<string> {
  let found = known.get(snapshot);
  if (found === undefined) {
    const { buckets } = auditParts(snapshot);
    const named = snapshot.ofType('AWS::CodePipeline::Pipeline').flatMap((each) => storesOf(each, snapshot));
    known.set(snapshot, (found = new Set(named.map(({ key }) => key).filter((key) => !buckets.has(key)))));
  }
  return found;
}

/** One for all regions, or one for each. */
function storesOf(pipeline: Resource, snapshot: Snapshot): readonly Resource[] {
  const { properties } = pipeline;
  const stores = [
    properties['ArtifactStore'],
    ...elements(properties['ArtifactStores']).map((each) => member(each, 'ArtifactStore')),
  ];
  return stores.flatMap((store) => resourcesNamed(member(store, 'Location'), BUCKET, pipeline, snapshot));
}
