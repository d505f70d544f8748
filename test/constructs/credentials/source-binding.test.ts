import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { beforeAll, describe, expect, it } from 'vitest';
import { INTENT_KEY } from '../../../lib/model/intent';
import { DeployedToken, newReader, newStack, newToken } from './deployed-token';
import type { CredentialSource } from '../../../lib/constructs/credentials/credential-source';

// Decided on the synthesized policies by an evaluator that is not ours.
const READ = 'GetSecretValue';

function deployed(source: (stack: ReturnType<typeof newStack>) => CredentialSource): DeployedToken {
  const stack = newStack();
  newToken(stack, { source: source(stack), reader: newReader(stack) });
  return new DeployedToken(stack);
}

const inNetwork = (stack: ReturnType<typeof newStack>): CredentialSource => ({
  vpcEndpoints: [
    ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'Endpoint', {
      vpcEndpointId: 'vpce-1',
      port: 443,
    }),
  ],
  vpcs: [ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'] })],
});

describe('a credential that is bound to networks and ranges', () => {
  let token: DeployedToken;
  beforeAll(() => {
    token = deployed((stack) => ({ ...inNetwork(stack), ranges: ['203.0.113.0/24'] }));
  });
  const may = (role: string | undefined, context: Record<string, string>) =>
    token.maySecret(role, { action: READ, context });

  it.each([
    ['through the endpoint', { 'aws:SourceVpce': 'vpce-1', 'aws:SourceVpc': 'vpc-9' }, true],
    ['from the network, by another endpoint', { 'aws:SourceVpce': 'vpce-9', 'aws:SourceVpc': 'vpc-1' }, true],
    ['from the range', { 'aws:SourceIp': '203.0.113.7' }, true],
    ['from another network', { 'aws:SourceVpce': 'vpce-9', 'aws:SourceVpc': 'vpc-9' }, false],
    ['from another address', { 'aws:SourceIp': '198.51.100.7' }, false],
    ['through a service that forwards the request', { 'aws:ViaAWSService': 'true' }, false],
  ])('is read by its reader %s: %j %s', async (_, context, allowed) => {
    expect(await may('Reader', context)).toBe(allowed);
  });

  it('still rotates from anywhere, and is described from anywhere', async () => {
    expect(await may('TokenRotatorRole', { 'aws:SourceIp': '198.51.100.7' })).toBe(true);
    expect(await token.maySecret('Reader', { action: 'DescribeSecret', context: {} })).toBe(true);
  });

  it('is read by nobody else from its network', async () => {
    expect(await may(undefined, { 'aws:SourceVpce': 'vpce-1' })).toBe(false);
  });

  it('says so in its intent', () => {
    expect(token.only('AWS::SecretsManager::Secret').Metadata[INTENT_KEY].sources).toEqual([
      'VPC endpoint Orders/Endpoint',
      'VPC Orders/Vpc',
      'range 203.0.113.0/24',
    ]);
  });
});

it('services that forward the request of a reader may read where that is declared', async () => {
  const token = deployed((stack) => ({ ...inNetwork(stack), services: true }));
  const via = (value: string) =>
    token.maySecret('Reader', { action: READ, context: { 'aws:ViaAWSService': value, 'aws:SourceIp': '203.0.113.7' } });
  expect([await via('true'), await via('false')]).toEqual([true, false]);
});

it('without a source, readers come from anywhere', () => {
  const stack = newStack();
  newToken(stack);
  const made = new DeployedToken(stack);
  const { Statement } = made.only('AWS::SecretsManager::ResourcePolicy').Properties.ResourcePolicy;
  expect(Statement.map(({ Sid }: any) => Sid)).not.toContain('OnlyFromItsSource');
  expect(made.only('AWS::SecretsManager::Secret').Metadata[INTENT_KEY]).not.toHaveProperty('sources');
});

it.each([
  [{}, 'names no VPC endpoint'],
  [{ services: true }, 'names no VPC endpoint'],
  [{ ranges: ['10.0.0.0/16'] }, 'is not on the public internet'],
  [{ ranges: ['0.0.0.0/0'] }, 'is wider than /8'],
  [{ ranges: ['here'] }, 'is no CIDR range'],
])('refuses %j', (source, message) => {
  expect(() => newToken(newStack(), { source })).toThrow(new RegExp(`^BH3013: .*${message}`));
});
