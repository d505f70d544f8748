import { createHash, generateKeyPairSync } from 'node:crypto';
import { apiGatewayKeyKind } from '../../../lib/runtime/rotation/api-gateway-key-kind';
import { cognitoClientSecretKind } from '../../../lib/runtime/rotation/cognito-client-secret-kind';
import { keyPairOf, signsFor } from '../../../lib/runtime/rotation/key-pair';
import type { SigningAlgorithm } from '../../../lib/runtime/rotation/key-pair';
import { opaqueTokenKind } from '../../../lib/runtime/rotation/opaque-token-kind';
import { partnerCredentialKind } from '../../../lib/runtime/rotation/partner-credential-kind';
import { publicationIn } from '../../../lib/runtime/rotation/publication';
import { signingKeyKind } from '../../../lib/runtime/rotation/signing-key-kind';
import { FakeApiGateway } from '../../support/fake-api-gateway';
import { FakeBucket } from '../../support/fake-bucket';
import { FakeUserPool } from '../../support/fake-user-pool';
import { Line } from '../../support/faults';
import { RotationWorld } from '../../support/rotation-world';

const ADDRESS = { bucket: 'published', key: 'public.json' };

export function tokenWorld(): RotationWorld {
  return new RotationWorld(new Line(), opaqueTokenKind(32), (value) => tokenOf(value).length === 43);
}

/** A token whose verifiers know its hash only. */
export function hashedTokenWorld(): RotationWorld {
  const line = new Line();
  const bucket = new FakeBucket(line);
  const publication = publicationIn(bucket.client, ADDRESS);
  return new RotationWorld(line, opaqueTokenKind(32, { publication }), (value) => {
    const { hashes } = JSON.parse(bucket.objects.get(ADDRESS.key) ?? '{"hashes":[]}');
    return hashes.includes(createHash('sha256').update(tokenOf(value)).digest('hex'));
  });
}

export function signingKeyWorld(alg: SigningAlgorithm = 'ES256'): RotationWorld & { published(): any[] } {
  const line = new Line();
  const bucket = new FakeBucket(line);
  const published = () => JSON.parse(bucket.objects.get(ADDRESS.key) ?? '{"keys":[]}').keys;
  const kind = signingKeyKind(alg, publicationIn(bucket.client, ADDRESS));
  return Object.assign(new RotationWorld(line, kind, (value) => passes(value, published())), { published });
}

const known = new Map<string, boolean>();

/** Whether a signature by the stored key passes with one of the published ones, found by its name. */
export function passes(value: string, keys: any[]): boolean {
  const { kid } = JSON.parse(value);
  const key = keys.find((each) => each.kid === kid);
  const question = JSON.stringify([value, key]);
  let answer = known.get(question);
  if (answer === undefined) {
    const pair = keyPairOf(JSON.parse(value));
    answer = pair !== undefined && key !== undefined && signsFor(pair, key);
    known.set(question, answer);
  }
  return answer;
}

export function tokenOf(value: string): string {
  return JSON.parse(value).token;
}

export function apiKeyWorld(): RotationWorld & { gateway: FakeApiGateway } {
  const line = new Line();
  const gateway = new FakeApiGateway(line);
  const plan = { id: 'plan', name: 'orders', tags: { mine: 'yes' } };
  const kind = apiGatewayKeyKind(plan, { client: gateway.client, clock: () => line.calls.length * 3_600_000 });
  return Object.assign(new RotationWorld(line, kind, (value) => gateway.letsIn(JSON.parse(value).apiKey)), { gateway });
}

export function clientSecretWorld(): RotationWorld & { pool: FakeUserPool } {
  const line = new Line();
  const pool = new FakeUserPool(line);
  const holds = (secret: unknown) => [...pool.secrets.values()].includes(secret as string);
  const signIn = (_: string, secret: string) => Promise.resolve(holds(secret));
  const kind = cognitoClientSecretKind({ userPoolId: 'eu_pool', clientId: 'client' }, { client: pool.client, signIn });
  const world = new RotationWorld(line, kind, (value) => holds(JSON.parse(value).clientSecret));
  return Object.assign(world, { pool, overlapEndsEarly: true });
}

/** Made once: it takes its time. */
export const PARTNER = generateKeyPairSync('rsa', { modulusLength: 2048 });

export function partnerWorld(): RotationWorld {
  const line = new Line();
  const bucket = new FakeBucket(line);
  const pem = PARTNER.publicKey.export({ type: 'spki', format: 'pem' }) as string;
  return new RotationWorld(line, partnerCredentialKind(pem, publicationIn(bucket.client, ADDRESS)), (value) => {
    const { hashes } = JSON.parse(bucket.objects.get(ADDRESS.key) ?? '{"hashes":[]}');
    return hashes.includes(JSON.parse(value).sha256);
  });
}

/** Every kind of credential that rotates by our code. */
export const WORLDS: Readonly<Record<string, () => RotationWorld>> = {
  'an opaque token': tokenWorld,
  'an opaque token with hashes': hashedTokenWorld,
  // The algorithm that is quickest: the steps are the same, and each is tried in signing-key-kind.test.ts.
  'a signing key': () => signingKeyWorld('EdDSA'),
  'a key of API Gateway': apiKeyWorld,
  'a client secret of Cognito': clientSecretWorld,
  'a credential for a partner': partnerWorld,
};
