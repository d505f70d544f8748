import { expect, it } from 'vitest';
import { decide } from '../../../lib/engine/decide/decide';
import { EndpointIndex } from '../../../lib/engine/duties/endpoint-index';
import { targetsOfKind } from '../../../lib/engine/duties/kinds';
import { allow, role, worldFrom } from '../reach/support/template';
import { GROUNDS } from './support';

const PATTERNS = [
  '*',
  'arn:aws:execute-api:*:*:*',
  '/*',
  '/prod/*',
  '/prod/GET/orders',
  '/prod/POST/*',
  '/*/PUT/orders',
  '/prod/?ET/*',
  '/dev/*',
];

it.each(PATTERNS)('leaves out no endpoint that %s allows', (pattern) => {
  const resource = pattern.startsWith('/')
    ? { 'Fn::Sub': `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}${pattern}` }
    : pattern;
  const world = worldFrom({ ...GROUNDS, P: role([allow('execute-api:Invoke', resource)]) });
  const principal = world.principal('T#P');
  if (principal === undefined) throw new Error('no principal');
  const [written] = principal.policies[0].document.statements[0].resources?.patterns ?? [];
  for (const kind of ['read-endpoint', 'write-endpoint']) {
    const targets = targetsOfKind(kind, world);
    expect(targets.length).toBeGreaterThan(0);
    const found = new EndpointIndex(targets, world).matching(written);
    const allowed = targets.filter(
      ({ arn }) => decide({ principal, action: 'execute-api:Invoke', resource: arn }, world).may,
    );
    expect(allowed.filter((each) => !found.includes(each))).toEqual([]);
  }
});
