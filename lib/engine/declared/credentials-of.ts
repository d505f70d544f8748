import type { DeclaredCredential, EffectiveReader } from '../../model/declared';
import type { CredentialIntent } from '../../model/intent';
import type { Resource, Snapshot } from '../../model/snapshot';
import { show } from '../../model/read';
import { resourcesNamed } from '../facts/lookup';
import { importedArn } from './imported-arn';
import { effectiveReadersOf } from './readings-of';

const SECRET = 'AWS::SecretsManager::Secret';

/** The declared credentials, sorted by path: who has the keys, what for, until when. */
export function credentialsOf(
  snapshot: Snapshot,
  effective: ReadonlyMap<string, readonly EffectiveReader[]> = effectiveReadersOf(snapshot),
): readonly DeclaredCredential[] {
  return snapshot.resources
    .flatMap((resource) => {
      const { intent } = resource;
      return intent?.kind === 'credential' ? [credentialOf(resource, intent, snapshot, effective)] : [];
    })
    .sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
}

function credentialOf(
  resource: Resource,
  intent: CredentialIntent,
  snapshot: Snapshot,
  effective: ReadonlyMap<string, readonly EffectiveReader[]>,
): DeclaredCredential {
  const { rotateEveryDays, rotator, deployment, verifiers, sources, secretArn } = intent;
  const [key] = resourcesNamed(resource.properties['KmsKeyId'], 'AWS::KMS::Key', resource, snapshot);
  return {
    path: intent.path,
    kind: intent.credentialKind,
    owner: intent.owner,
    purpose: intent.purpose,
    expiresOn: intent.expiresOn,
    ...(rotateEveryDays === undefined ? {} : { rotateEveryDays }),
    readers: [...intent.readers].sort(),
    ...(rotator === undefined ? {} : { rotator }),
    ...(deployment === undefined ? {} : { deployment }),
    ...(verifiers === undefined ? {} : { verifiers: [...verifiers].sort() }),
    ...(sources === undefined ? {} : { sources }),
    ...(key === undefined ? {} : { encryptionKey: key.logicalId }),
    ...(secretArn === undefined ? {} : { secretArn: show(importedArn(secretArn, resource.template)) }),
    // Of a secret that is in no template and whose ARN is not known, nobody can be asked.
    ...(resource.type === SECRET || secretArn !== undefined
      ? { effectiveReaders: effective.get(resource.key) ?? [] }
      : {}),
    template: resource.template.name,
    logicalId: resource.logicalId,
  };
}
