import { constants, createDecipheriv, createHash, createPublicKey, privateDecrypt, sign, verify } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import type { DeclaredCredential } from '../../lib/model/declared';
import { PARTNER } from './scene';
import type { Scene } from './scene';

type Value = Readonly<Record<string, string>>;

/** Whether whoever is shown a value takes it: each value is used as it is meant to be, through the guard. */
export async function works(scene: Scene, credential: DeclaredCredential, stored: string): Promise<boolean> {
  return USES[credential.kind](scene, credential, JSON.parse(stored) as Value);
}

const USES: Readonly<Record<string, (scene: Scene, credential: DeclaredCredential, value: Value) => Promise<boolean>>> =
  {
    'opaque-token': async (scene, credential, { token }) => (await hashes(scene, credential)).includes(sha256(token)),
    // The partner opens the envelope; nobody else could.
    'partner': async (scene, credential, { sealed }) =>
      (await hashes(scene, credential)).includes(sha256(open(sealed))),
    'signing-key': async (scene, credential, { kid, privateKey }) => {
      const { keys } = JSON.parse(await published(scene, credential)) as { keys: JsonWebKey[] };
      const jwk = keys.find((each) => each['kid'] === kid);
      if (jwk === undefined) return false;
      const text = Buffer.from('signed');
      const signature = sign('sha256', text, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      const key = createPublicKey({ key: jwk, format: 'jwk' });
      return verify('sha256', text, { key, dsaEncoding: 'ieee-p1363' }, signature);
    },
    'api-gateway-key': async ({ cloud, every }, _credential, { apiKey }) => {
      const host = `${every.find('AWS::ApiGateway::RestApi', 'Every/Keys/Api/')}.execute-api.${every.region}.amazonaws.com`;
      const headers = { host, 'x-api-key': apiKey };
      const { status } = await cloud.client.sendAsIs({ method: 'GET', path: '/live/metered', headers, body: '' });
      if (status !== 200 && status !== 403) throw new Error(`the API answers ${status}`);
      return status === 200;
    },
    'cognito-client-secret': async ({ cloud, every }, _credential, { clientId, clientSecret }) => {
      const headers = {
        'host': `orders-company.auth.${every.region}.amazoncognito.com`,
        'authorization': `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      };
      const body = 'grant_type=client_credentials&scope=orders%2Fread';
      const answer = await cloud.client.sendAsIs({ method: 'POST', path: '/oauth2/token', headers, body });
      if (answer.status !== 200 && !answer.body.includes('invalid_client')) throw new Error(answer.body);
      return answer.status === 200;
    },
  };

async function hashes(scene: Scene, credential: DeclaredCredential): Promise<readonly string[]> {
  return (JSON.parse(await published(scene, credential)) as { hashes: string[] }).hashes;
}

/** The public half, as its verifier reads it. */
export async function published({ cloud, every, asOfEvery }: Scene, { path }: DeclaredCredential): Promise<string> {
  const at = await publishedAt({ cloud, every }, path);
  const { status, body } = await cloud.client.s3('GET', at, every.region, await asOfEvery('Every/Keys/verifier'));
  if (status !== 200) throw new Error(`${at} is not read: ${body}`);
  return body;
}

/** `/bucket/key`. */
export async function publishedAt({ cloud, every }: Pick<Scene, 'cloud' | 'every'>, path: string): Promise<string> {
  const bucket = `/${every.find('AWS::S3::Bucket', `${path}/Published/`)}`;
  const { body } = await cloud.past(every.account).s3('GET', bucket, every.region);
  const [, key] = /<Key>([^<]+)<\/Key>/.exec(body) ?? [];
  if (key === undefined) throw new Error(`nothing is published for ${path}`);
  return `${bucket}/${key}`;
}

/** A compact JWE, by the private key of the partner. */
function open(sealed: string): string {
  const [header, ...rest] = sealed.split('.');
  const [key, iv, content, tag] = rest.map((part) => Buffer.from(part, 'base64url'));
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  const decipher = createDecipheriv('aes-256-gcm', privateDecrypt({ key: PARTNER.privateKey, ...padding }, key), iv);
  decipher.setAAD(Buffer.from(header)).setAuthTag(tag);
  return Buffer.concat([decipher.update(content), decipher.final()]).toString();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
