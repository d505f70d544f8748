import type { JsonWebKey } from 'node:crypto';
import type { CredentialKind, Values } from './credential-kind';
import { keyPairOf, newKeyPair, signsFor } from './key-pair';
import type { KeyPair, SigningAlgorithm } from './key-pair';
import type { Publication } from './publication';
import { membersOf } from './stored';

/**
 * A key that signs, stored as `{"alg":"ES256","kid":"…","privateKey":"<PEM>","publicKey":{…},"next":{…}}`: signers take
 * the first three members. `next` is the key that the following rotation brings into use.
 *
 * Every key is so published one whole rotation before it signs, and stays published one whole rotation after: whatever
 * a verifier keeps for less than that is never too old. Another algorithm comes in with the next key. Only a revocation
 * breaks the chain, on purpose.
 */
export function signingKeyKind(alg: SigningAlgorithm, publication: Publication): CredentialKind {
  const publish = (values: Values): Promise<void> => publication.write(keySetOf(values));
  return {
    generate: async ({ current }, fresh) => {
      const heir = fresh ? undefined : keyPairOf(membersOf(current)['next']);
      const now = heir ?? (await newKeyPair(alg));
      return JSON.stringify({ ...now, next: await newKeyPair(alg) });
    },
    problemWith: (stored) => {
      const { now, next } = keysIn(stored);
      if (now === undefined || next === undefined) return 'the pending value is not JSON with two key pairs';
      if (![now, next].every((pair) => signsFor(pair, pair.publicKey)))
        return 'a pending key and its public half differ';
      return next.alg === alg ? undefined : `the pending next key is for ${next.alg}, expected ${alg}`;
    },
    isSame: (one, other) => one === other || (kidIn(one) !== undefined && kidIn(one) === kidIn(other)),
    introduce: publish,
    retire: publish,
    tryOut: async (stored) => {
      const { now } = keysIn(stored);
      const { keys } = JSON.parse((await publication.read()) ?? '{"keys":[]}') as { keys: JsonWebKey[] };
      const published = keys.find(({ kid }) => kid === now?.kid);
      if (now === undefined || published === undefined) return 'the public key is not published';
      return signsFor(now, published) ? undefined : 'a signature does not pass with the published key';
    },
  };
}

/** The JWKS: the keys that may have signed, and those that will sign next. */
export function keySetOf({ pending, current, previous }: Values): string {
  const pairs = [pending, current, previous].flatMap((stored, index) => {
    const { now, next } = keysIn(stored);
    // What would have followed the previous key is the current one.
    return [now, index < 2 ? next : undefined].flatMap((pair) => pair ?? []);
  });
  const keys = new Map(pairs.map((pair) => [pair.kid, pair]));
  return JSON.stringify({ keys: [...keys.values()].map(({ publicKey }) => publicKey) });
}

function keysIn(stored: string | undefined): { readonly now?: KeyPair; readonly next?: KeyPair } {
  const members = membersOf(stored);
  return { now: keyPairOf(members), next: keyPairOf(members['next']) };
}

function kidIn(stored: string): unknown {
  return keysIn(stored).now?.kid;
}
