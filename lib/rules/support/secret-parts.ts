import { alternatives } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { Value } from '../../model/value';
import { resourcesNamed } from './lookup';
import { mayBeAnything } from './property';

const SECRET = 'AWS::SecretsManager::Secret';
const ATTACHMENT = 'AWS::SecretsManager::SecretTargetAttachment';

/** The resources of a type whose `SecretId` is this secret, and those of which that is known only later. */
export interface BelongingTo {
  readonly certain: readonly Resource[];
  readonly possible: readonly Resource[];
}

interface Index {
  /** By the key of the secret, or `name:` and its literal name. */
  readonly bySecret: ReadonlyMap<string, readonly Resource[]>;
  readonly open: readonly Resource[];
}

const known = new WeakMap<Snapshot, Map<string, Index>>();

/** Rotation schedules, resource policies: what belongs to a secret by its `SecretId`. Constant time. */
export function belongingTo({ key, properties }: Resource, type: string, snapshot: Snapshot): BelongingTo {
  const { bySecret, open } = indexOf(type, snapshot);
  const name = properties['Name'];
  const named = typeof name === 'string' ? (bySecret.get(`name:${name}`) ?? []) : [];
  return { certain: [...new Set([...(bySecret.get(key) ?? []), ...named])], possible: open };
}

function indexOf(type: string, snapshot: Snapshot): Index {
  const types = known.get(snapshot) ?? new Map<string, Index>();
  known.set(snapshot, types);
  const before = types.get(type);
  if (before !== undefined) return before;
  const bySecret = new Map<string, Resource[]>();
  const open: Resource[] = [];
  for (const resource of snapshot.ofType(type)) {
    const ids = alternatives(resource.properties['SecretId']);
    for (const key of new Set(ids.flatMap((id) => secretsNamed(id, resource, snapshot)))) {
      bySecret.set(key, [...(bySecret.get(key) ?? []), resource]);
    }
    if (ids.some(mayBeAnything)) open.push(resource);
  }
  const index = { bySecret, open };
  types.set(type, index);
  return index;
}

function secretsNamed(id: Value, at: Resource, snapshot: Snapshot): readonly string[] {
  const named = resourcesNamed(id, SECRET, at, snapshot).map(({ key }) => key);
  // A reference to an attachment gives the ARN of its secret.
  const attached = resourcesNamed(id, ATTACHMENT, at, snapshot).flatMap((attachment) =>
    resourcesNamed(attachment.properties['SecretId'], SECRET, attachment, snapshot).map(({ key }) => key),
  );
  // In an ARN the name is followed by a hyphen and six characters.
  const literal = typeof id === 'string' ? [id, ...arnNames(id)].map((name) => `name:${name}`) : [];
  return [...named, ...attached, ...literal];
}

function arnNames(id: string): readonly string[] {
  const name = /:secret:(.+)$/.exec(id)?.[1];
  return name === undefined ? [] : [name, name.replace(/-[A-Za-z0-9]{6}$/, '')];
}
