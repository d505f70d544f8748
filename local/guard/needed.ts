import type { Facts } from './facts';
import type { Needed } from './judge';
import { Refusal, undecided } from './refusal';
import { apiGateway } from './services/api-gateway';
import { userPools } from './services/cognito';
import { dynamoDb } from './services/dynamodb';
import { keyManagement } from './services/kms';
import { lambda } from './services/lambda';
import { recordKeeping } from './services/record-keeping';
import { s3 } from './services/s3';
import { secretsManager } from './services/secrets-manager';
import { securityToken } from './services/security-token';
import { notifications } from './services/sns';
import type { Claim } from './signature';
import type { WireRequest } from './wire-request';

/** Services that speak JSON, by what stands before the operation in `x-amz-target`. */
const TARGETS: Readonly<Record<string, string>> = {
  'cloudtrail': 'CloudTrail_20131101',
  'cognito-idp': 'AWSCognitoIdentityProviderService',
  'dynamodb': 'DynamoDB_20120810',
  'events': 'AWSEvents',
  'kms': 'TrentService',
  'logs': 'Logs_20140328',
  'secretsmanager': 'secretsmanager',
};

/** The permissions that a signed request to a service needs. @throws Refusal for what the guard does not model */
export async function neededFor(
  request: WireRequest,
  claim: Claim,
  account: string,
  facts: Facts,
): Promise<readonly Needed[]> {
  const { service, region } = claim;
  const target = request.headers['x-amz-target'];
  // The emulator looks at this header first: with it, a request could be for another service than it is signed for.
  if (target !== undefined && !Object.hasOwn(TARGETS, service)) throw undecided(`this request to ${service}`);
  if (service === 's3') return s3(request, region, facts);
  if (service === 'lambda') return lambda(request, account, region, facts);
  if (service === 'apigateway') return apiGateway(request, inputOf(request.body), account, region, facts);
  if (request.method !== 'POST' || request.rawPath !== '/' || request.rawQuery !== '')
    throw undecided(`this request to ${service}`);
  if (service === 'sts') return securityToken(formOf(request.body), facts);
  if (service === 'sns') return notifications(formOf(request.body), region, facts);
  const prefix = Object.hasOwn(TARGETS, service) ? TARGETS[service] : undefined;
  const [start, operation, ...rest] = (target ?? '').split('.');
  if (prefix === undefined || start !== prefix || operation === undefined || rest.length > 0) {
    throw undecided(`this request to ${service}`);
  }
  const input = inputOf(request.body);
  switch (service) {
    case 'secretsmanager':
      return secretsManager(operation, input, account, region, facts);
    case 'kms':
      return keyManagement(operation, input, account, region, facts);
    case 'dynamodb':
      return dynamoDb(operation, input, account, region, facts);
    case 'cognito-idp':
      return userPools(operation, input, account, region);
    default:
      return recordKeeping(service, operation, input, account, region);
  }
}

/** A form in which no member comes twice: guard and emulator could choose different ones. */
function formOf(body: Buffer): URLSearchParams {
  const form = new URLSearchParams(body.toString());
  if (new Set(form.keys()).size !== form.size) throw undecided('a form in which a member comes twice');
  return form;
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
