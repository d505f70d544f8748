import { opaqueTokenKind } from './rotation/opaque-token-kind';
import { publicationFrom } from './rotation/publication';
import { rotationHandler } from './rotation/rotation-handler';
import { tokenBytes } from './rotation/token-bytes';

/** The rotation function of an OpaqueToken. */
export const handler = rotationHandler((environment) =>
  opaqueTokenKind(tokenBytes(environment['TOKEN_BYTES']), { publication: publicationFrom(environment) }),
);
