import type { Facts } from './facts';
import type { Needed } from './judge';
import { Refusal, undecided } from './refusal';
import { dynamoDb } from './services/dynamodb';
import { keyManagement } from './services/kms';
import { s3 } from './services/s3';
import { secretsManager } from './services/secrets-manager';
import { securityToken } from './services/security-token';
import type { Claim } from './signature';
import type { WireRequest } from './wire-request';

/** Services that speak JSON, by what stands before the operation in `x-amz-target`. */
const TARGETS: Readonly<Record<string, string>> = {
  dynamodb: 'DynamoDB_20120810',
  kms: 'TrentService',
  secretsmanager: 'secretsmanager',
};

/** The permissions that a signed request to a service needs. @throws Refusal for what the guard does not model */
export async function neededFor(
  request: WireRequest,
  claim: Claim,
  account: string,
  facts: Facts,
): Promise<readonly Needed[]> {
  const { service, region } = claim;
  if (service === 's3') return s3(request, region, facts);
  if (request.method !== 'POST' || request.rawPath !== '/' || request.rawQuery !== '')
    throw undecided(`this request to ${service}`);
  if (service === 'sts') {
    // With the JSON protocol the same request could say two things.
    if (request.headers['x-amz-target'] !== undefined) throw undecided('a request to STS in JSON');
    return securityToken(new URLSearchParams(request.body.toString()), facts);
  }
  const prefix = Object.hasOwn(TARGETS, service) ? TARGETS[service] : undefined;
  const [start, operation, ...rest] = (request.headers['x-amz-target'] ?? '').split('.');
  if (prefix === undefined || start !== prefix || operation === undefined || rest.length > 0) {
    throw undecided(`this request to ${service}`);
  }
  const input = inputOf(request.body);
  if (service === 'secretsmanager') return secretsManager(operation, input, account, region, facts);
  if (service === 'kms') return keyManagement(operation, input, account, region, facts);
  return dynamoDb(operation, input, account, region);
}

function inputOf(body: Buffer): Readonly<Record<string, never>> {
  try {
    const input: unknown = JSON.parse(body.toString() || '{}');
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Record<string, never>;
  } catch {
    // Said below.
  }
  throw new Refusal(400, 'SerializationException', 'the body is no JSON object');
}
