import { describe, expect, it } from 'vitest';
import { escalationsText } from '../../lib/report/escalations-text';
import { whatCanText } from '../../lib/report/what-can-text';
import { statementLine, stepLines } from '../../lib/report/answer-lines';
import { whoCanText } from '../../lib/report/who-can-text';
import { access, ESCALATIONS, WHAT_CAN, WHO_CAN } from './answers';

const PLAIN = { color: false, width: 120 };

it('says who can, by which statement, under which condition, and through whom', () => {
  expect(whoCanText(WHO_CAN, PLAIN)).toBe(`Who can s3:GetObject on arn:\${AWS::Partition}:s3:::\${Orders}/*

granted
  Prod/Clerk (Clerk1A in Prod)
    Allow by Prod/Clerk/DefaultPolicy, statement 3 "ReadOrders" (identity)
    if aws:multifactorauthpresent Bool true
  Prod/Ci (Ci3C in Prod)
    by these steps:
      1. Prod/Ci -> Prod/Deployer (lambda-update-code)
         Prod/Ci may lambda:UpdateFunctionCode on Prod/Worker (Allow in Prod/Ci/Policy, statement 0)
         if aws:sourceip IpAddress 192.0.2.0/24
    Allow by Prod/Clerk/DefaultPolicy, statement 3 "ReadOrders" (identity)

possible
  arn:aws:iam::444455556666:root
    Allow by Prod/Clerk/DefaultPolicy, statement 3 "ReadOrders" (identity)
    if aws:multifactorauthpresent Bool true
    not known is parameter "Partner"

denied
  Prod/Report (Report4D in Prod): Deny by Prod/Orders/Policy, statement 1 (resource)
`);
});

it('says it where nobody can', () => {
  const nobody = { ...WHO_CAN, principals: [access({ decision: 'denied', direct: false, statements: [] })] };
  expect(whoCanText(nobody, PLAIN)).toContain('Nobody in these templates.\n\ndenied\n  Prod/Clerk');
});

it('says what a principal can, the heaviest actions first, and whom it becomes', () => {
  expect(whatCanText(WHAT_CAN, PLAIN)).toBe(`What Prod/Ci (Ci3C in Prod) can do

lambda
  arn:aws:lambda:eu-west-1:111122223333:function:worker
    write: UpdateFunctionCode
    read: GetFunction
    Allow by Prod/Ci/Policy, statement 2 (identity)
    if not aws:sourceip IpAddress 192.0.2.0/24
  *
    not in the table of actions: BrandNew
    possible: not known is parameter "Who"

administrator (possible)
  1. Prod/Ci -> Prod/Deployer (lambda-update-code)
     Prod/Ci may lambda:UpdateFunctionCode on Prod/Worker (Allow in Prod/Ci/Policy, statement 0)
     if aws:sourceip IpAddress 192.0.2.0/24

Can become
  Prod/Deployer (Deployer5E in Prod)
    1. Prod/Ci -> Prod/Deployer (lambda-update-code)
       Prod/Ci may lambda:UpdateFunctionCode on Prod/Worker (Allow in Prod/Ci/Policy, statement 0)
       if aws:sourceip IpAddress 192.0.2.0/24

Can gain
  by the boundary of Prod/Ci
    1. Prod/Ci -> the boundary of Prod/Ci (iam-delete-role-boundary)
       Prod/Ci may lambda:UpdateFunctionCode on Prod/Worker (Allow in Prod/Ci/Policy, statement 0)
    sqs
      *
        read: ReceiveMessage

may be allowed more: not known is the managed policy arn:aws:iam::111122223333:policy/other
`);
});

it('prints each attack step by step, by principal', () => {
  const text = escalationsText(ESCALATIONS, [], PLAIN);
  expect(text.match(/^Prod\/Ci /gm)).toHaveLength(1);
  expect(text).toContain('  becomes Prod/Deployer\n    1. Prod/Ci -> Prod/Deployer (lambda-update-code)\n');
  expect(text).toContain('  becomes administrator\n    1. ');
  expect(text).toContain('    2. Prod/Deployer -> administrator (iam-put-role-policy)\n');
  expect(text).toContain('    possible: not known is parameter "Who"\n');
  expect(text).toContain('  gets to use Prod/Key\n');
  expect(text).toMatch(/\n3 escalations of 2 principals\.\n$/);
  expect(escalationsText([], [], PLAIN)).toBe('No escalations.\n');
  expect(escalationsText([], ['transform "Mine" of the template, of Prod'], PLAIN)).toBe(
    'note: not read is transform "Mine" of the template, of Prod; it may give anybody in it more\n\nNo escalations in what could be read.\n',
  );
});

describe('text of a template', () => {
  it('cannot repaint the terminal', () => {
    const evil = access({ principal: 'Prod/\u001b[2JClerk' });
    expect(whoCanText({ ...WHO_CAN, principals: [evil] }, PLAIN)).not.toContain('\u001b');
  });
});

describe('a statement and its place', () => {
  const at = {
    effect: 'Allow',
    layer: 'identity',
    policy: 'Prod/Ci/Policy',
    logicalId: 'Policy',
    template: 'Prod',
    place: 'PolicyDocument',
    index: 0,
  } as const;

  it('has the line and the place in the code where they are known', () => {
    const plain = 'Allow by Prod/Ci/Policy, statement 0 (identity)';
    expect(statementLine(at)).toBe(plain);
    expect(statementLine({ ...at, file: 't.json' })).toBe(plain);
    expect(statementLine({ ...at, file: 't.json', line: 7 })).toBe(`${plain} at t.json:7`);
    const made = { ...at, file: 't.json', line: 7, source: 'lib/ci.ts:3:9' };
    expect(statementLine(made)).toBe(`${plain} at t.json:7, made at lib/ci.ts:3:9`);
    const step = { technique: 't', from: 'a', to: 'b', because: 'c', conditions: [], statements: [made, made] };
    expect(stepLines([step], '')).toEqual(['1. a -> b (t)', '   c', '   at t.json:7, made at lib/ci.ts:3:9']);
  });
});
