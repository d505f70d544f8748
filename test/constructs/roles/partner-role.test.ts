import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { PartnerRole } from '../../../lib/constructs/roles/partner-role';
import type { PartnerRoleProps } from '../../../lib/constructs/roles/partner-role';
import { boundaryOf, newStack, trustOf, words } from './support';

const given = { ...words, account: '999988887777', sourceRanges: ['203.0.113.0/24', '2001:db8:1::/48'] };

function partner(props: Partial<PartnerRoleProps> = {}, id = 'Partner') {
  const stack = newStack();
  return { stack, role: new PartnerRole(stack, id, { ...given, ...props }) };
}

describe('the trust policy of a partner', () => {
  it('names its account, the ExternalId and the source ranges', () => {
    const [statement, ...more] = trustOf(partner({ externalId: 'issued-by-partner' }).stack);
    expect(more).toEqual([]);
    expect(JSON.stringify(statement.Principal)).toContain(':iam::999988887777:root');
    expect(statement.Condition).toEqual({
      StringEquals: { 'sts:ExternalId': 'issued-by-partner' },
      IpAddress: { 'aws:SourceIp': given.sourceRanges },
    });
  });

  it('names the roles of the partner where they are given', () => {
    const arns = ['arn:aws:iam::999988887777:role/one', 'arn:aws:iam::999988887777:role/path/two'];
    const statements = trustOf(partner({ partnerRoleArns: arns }).stack);
    expect(statements.map((each) => each.Principal.AWS)).toEqual(arns);
    for (const each of statements) expect(each.Condition.StringEquals['sts:ExternalId']).toMatch(/^bulkhead-/);
  });

  it.each([
    ['another account', ['arn:aws:iam::111111111111:role/one']],
    ['a user', ['arn:aws:iam::999988887777:user/one']],
    ['a wildcard', ['arn:aws:iam::999988887777:role/*']],
    ['nothing', []],
  ])('refuses %s among the roles', (_, partnerRoleArns) => {
    expect(() => partner({ partnerRoleArns })).toThrow('BH2023');
  });

  it('has the same ExternalId at every synth, and another for every role and partner', () => {
    const id = partner().role.externalId;
    expect(partner().role.externalId).toBe(id);
    expect(partner({}, 'Other').role.externalId).not.toBe(id);
    expect(partner({ account: '999988887776' }).role.externalId).not.toBe(id);
  });

  it('refuses a malformed ExternalId', () => {
    expect(() => partner({ externalId: 'x' })).toThrow('BH2022');
    expect(() => partner({ externalId: 'a b' })).toThrow('BH2022');
  });

  it.each(['99998888777', '*', ''])('refuses `%s` as an account', (account) => {
    expect(() => partner({ account })).toThrow('BH2020: `account` must be an account id of 12 digits');
  });

  it('refuses our own account', () => {
    expect(() => partner({ account: '111122223333' })).toThrow('BH2020: account 111122223333 is our own');
  });
});

describe('the boundary of a partner', () => {
  it('denies every call from elsewhere, calls without an address included, but not those of services', () => {
    const role = partner({ permits: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] })] });
    expect(boundaryOf(role.stack)).toContainEqual({
      Sid: 'OnlyFromThePartner',
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: {
        NotIpAddress: { 'aws:SourceIp': given.sourceRanges },
        BoolIfExists: { 'aws:ViaAWSService': 'false' },
      },
    });
  });
});
