import type { Snapshot } from '../../model/snapshot';
import { resourcesNamed } from './lookup';

const known = new WeakMap<Snapshot, ReadonlyMap<string, ReadonlySet<string>>>();

/** By the key of a role: the keys of the secrets that the functions which run as it rotate. Found once. */
export function rotatedBy(role: string, snapshot: Snapshot): ReadonlySet<string> {
  let found = known.get(snapshot);
  if (found === undefined) known.set(snapshot, (found = find(snapshot)));
  return found.get(role) ?? new Set();
}

function find(snapshot: Snapshot): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const schedule of snapshot.ofType('AWS::SecretsManager::RotationSchedule')) {
    const { properties } = schedule;
    const secrets = resourcesNamed(properties['SecretId'], 'AWS::SecretsManager::Secret', schedule, snapshot);
    const roles = resourcesNamed(properties['RotationLambdaARN'], 'AWS::Lambda::Function', schedule, snapshot).flatMap(
      (rotation) => resourcesNamed(rotation.properties['Role'], 'AWS::IAM::Role', rotation, snapshot),
    );
    for (const { key } of roles) {
      const rotated = found.get(key) ?? new Set<string>();
      for (const secret of secrets) rotated.add(secret.key);
      found.set(key, rotated);
    }
  }
  return found;
}
