import { partnerCredentialKind } from './rotation/partner-credential-kind';
import { publicationFrom } from './rotation/publication';
import { RotationRefusal } from './rotation/refusal';
import type { CredentialKind } from './rotation/credential-kind';
import { removalHandler, rotationHandler } from './rotation/rotation-handler';
import { setting } from './rotation/setting';

/** The function that issues a PartnerCredential. */
export const handler = rotationHandler(kindOf);

/** Ends it when it is removed from its stack. */
export const removed = removalHandler(kindOf);

function kindOf(environment: NodeJS.ProcessEnv): CredentialKind {
  const publication = publicationFrom(environment);
  if (publication === undefined) throw new RotationRefusal('PUBLISHED_BUCKET and PUBLISHED_KEY must be set');
  return partnerCredentialKind(setting(environment, 'PARTNER_KEY'), publication);
}
