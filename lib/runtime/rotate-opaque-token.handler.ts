import { opaqueTokenKind } from './rotation/opaque-token-kind';
import { publicationFrom } from './rotation/publication';
import type { CredentialKind } from './rotation/credential-kind';
import { removalHandler, rotationHandler } from './rotation/rotation-handler';
import { tokenBytes } from './rotation/token-bytes';

/** The rotation function of an OpaqueToken. */
export const handler = rotationHandler(kindOf);

/** Ends it when it is removed from its stack. */
export const removed = removalHandler(kindOf);

function kindOf(environment: NodeJS.ProcessEnv): CredentialKind {
  return opaqueTokenKind(tokenBytes(environment['TOKEN_BYTES']), { publication: publicationFrom(environment) });
}
