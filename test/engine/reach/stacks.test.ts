import { expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { reachOf } from '../../../lib/engine/reach/reach-of';
import { worldOf } from '../../../lib/engine/world/world-of';
import { allow, deny, role } from './support/template';
import type { Json } from './support/template';

const EXECUTION = 'arn:${AWS::Partition}:iam::111122223333:role/cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1';
const CHANGE_SET = ['cloudformation:CreateChangeSet', 'cloudformation:ExecuteChangeSet'];

function facts(statements: readonly Json[], executionRole: string | undefined = EXECUTION): readonly string[] {
  const source = {
    name: 'S',
    file: 'S.json',
    body: { Resources: { Mallory: role(statements) } },
    account: '111122223333',
    region: 'eu-west-1',
    stackName: 'Orders',
  };
  const world = worldOf(snapshotOf([executionRole === '' ? source : { ...source, executionRole }]));
  const reach = reachOf(world).from('S#Mallory');
  return (reach?.facts ?? []).map(({ id, certainty }) => `${id} ${certainty}`);
}
const stack = (name: string): string => `arn:aws:cloudformation:eu-west-1:111122223333:stack/${name}/*`;

it('gives the role of a stack, perhaps, to who may update it, without iam:PassRole', () => {
  expect(facts([allow('cloudformation:UpdateStack')])).toEqual(['cdk-bootstrap possible']);
  expect(facts([allow('cloudformation:UpdateStack', stack('Orders'))])).toEqual(['cdk-bootstrap possible']);
  expect(facts([allow(CHANGE_SET)])).toEqual(['cdk-bootstrap possible']);
  const own = 'arn:aws:iam::111122223333:role/deploy';
  expect(facts([allow(CHANGE_SET)], own)).toEqual(['the role of stack S possible']);
});

it('gives nothing of another stack, of one without such a role, or with half of a change set', () => {
  expect(facts([allow('cloudformation:UpdateStack', stack('Other'))])).toEqual([]);
  expect(facts([allow('cloudformation:UpdateStack')], '')).toEqual([]);
  expect(facts([allow(CHANGE_SET[0])])).toEqual([]);
  expect(facts([allow(CHANGE_SET[1])])).toEqual([]);
  expect(facts([allow('cloudformation:*'), deny(['cloudformation:UpdateStack', CHANGE_SET[1]])])).toEqual([]);
});
