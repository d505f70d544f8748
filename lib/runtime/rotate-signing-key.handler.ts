import { algorithmOf } from './rotation/key-pair';
import { publicationFrom } from './rotation/publication';
import { RotationRefusal } from './rotation/refusal';
import type { CredentialKind } from './rotation/credential-kind';
import { removalHandler, rotationHandler } from './rotation/rotation-handler';
import { signingKeyKind } from './rotation/signing-key-kind';

/** The rotation function of a SigningKey. */
export const handler = rotationHandler(kindOf);

/** Ends it when it is removed from its stack. */
export const removed = removalHandler(kindOf);

function kindOf(environment: NodeJS.ProcessEnv): CredentialKind {
  const alg = algorithmOf(environment['SIGNING_ALGORITHM']);
  const publication = publicationFrom(environment);
  if (alg === undefined) throw new RotationRefusal('SIGNING_ALGORITHM is none that is known');
  if (publication === undefined) throw new RotationRefusal('PUBLISHED_BUCKET and PUBLISHED_KEY must be set');
  return signingKeyKind(alg, publication);
}
