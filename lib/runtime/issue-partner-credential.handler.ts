import { partnerCredentialKind } from './rotation/partner-credential-kind';
import { publicationFrom } from './rotation/publication';
import { RotationRefusal } from './rotation/refusal';
import { rotationHandler } from './rotation/rotation-handler';
import { setting } from './rotation/setting';

/** The function that issues a PartnerCredential. */
export const handler = rotationHandler((environment) => {
  const publication = publicationFrom(environment);
  if (publication === undefined) throw new RotationRefusal('PUBLISHED_BUCKET and PUBLISHED_KEY must be set');
  return partnerCredentialKind(setting(environment, 'PARTNER_KEY'), publication);
});
