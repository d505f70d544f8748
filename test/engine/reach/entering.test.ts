import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { parsePolicy } from '../../../lib/engine/parse/policy-document';
import { reachOf } from '../../../lib/engine/reach/reach-of';
import { worldOf } from '../../../lib/engine/world/world-of';
import { ACCOUNT, allow, role } from './support/template';
import type { Json } from './support/template';

const policy = (...Statement: readonly Json[]) => ({ place: 'given.json', document: parsePolicy({ Statement }) });
const everyone = (effect: 'Allow' | 'Deny', action: string): Json => ({
  Effect: effect,
  Principal: '*',
  Action: action,
  Resource: '*',
});

/** How sure it is that Mallory, who writes every trust policy, comes into `Goal`. */
function entered(options: Parameters<typeof worldOf>[1]): string | undefined {
  const Resources = { Mallory: role([allow('iam:UpdateAssumeRolePolicy')]), Goal: role([]) };
  const snapshot = snapshotOf([
    { name: 'T', file: 'T.json', body: { Resources }, account: ACCOUNT, region: 'eu-west-1' },
  ]);
  return reachOf(worldOf(snapshot, options)).from('T#Mallory')?.reaches('T#Goal')?.certainty;
}

describe('who writes the trust policy of a role', () => {
  it('comes in where no policy of the organization keeps it out', () => {
    expect(entered({})).toBe('certain');
    expect(entered({ scps: [[policy(allow('*'))]] })).toBe('certain');
    expect(entered({ rcps: [policy(everyone('Deny', 's3:*'))] })).toBe('certain');
  });

  it('could let in somebody else where a service control policy leaves out the action', () => {
    expect(entered({ scps: [[policy(allow('iam:*'))]] })).toBe('possible');
  });

  it('could let in somebody else where a resource control policy denies it', () => {
    expect(entered({ rcps: [policy(everyone('Deny', 'sts:AssumeRole'))] })).toBe('possible');
  });
});
