import { describe, expect, it } from 'vitest';
import type { ReachOfPrincipal } from '../../../lib/engine/reach/reach';
import type { Technique } from '../../../lib/engine/reach/technique';
import { TECHNIQUES } from '../../../lib/engine/reach/techniques';
import { sharedThings } from '../../../lib/engine/reach/techniques/new-things';
import { exampleOf } from './support/example-of';
import { allow, arn, deny, fact, reached, ref, role, steps, user } from './support/template';
import type { Json } from './support/template';

const LAMBDA = { Service: 'lambda.amazonaws.com' };
const functions = (name: string): string => `arn:aws:lambda:eu-west-1:111122223333:function:${name}`;
const create = (name: Json): Json => allow('lambda:CreateFunction', name);
const invoke = (name: Json): Json => allow('lambda:InvokeFunction', name);
const PASS = allow('iam:PassRole', arn('Victim'));

function certaintyOf(...statements: readonly Json[]): string {
  const reach = reached({ Mallory: role([PASS, ...statements]), Victim: role([], LAMBDA) });
  return certaintyIn(reach);
}

/** Without the way on which something else calls the new function. */
function certaintyIn(reach: ReachOfPrincipal): string {
  const found = fact(reach, 'Victim');
  const isByOthers =
    found !== undefined && reach.trace(found).some(({ technique }) => technique === 'lambda-new-function');
  return found === undefined || isByOthers ? 'none' : found.certainty;
}

describe('a function that is created and invoked', () => {
  it('must be the same one', () => {
    expect(certaintyOf(create(functions('a-*')), invoke(functions('a-*')))).toBe('certain');
    expect(certaintyOf(create(functions('a-*')), invoke(functions('b-*')))).toBe('none');
    expect(certaintyOf(create(functions('a-*')), invoke(functions('*-b')))).toBe('certain');
    expect(certaintyOf(create(functions('a-?')), invoke(functions('a-??')))).toBe('none');
    expect(certaintyOf(create('*'), invoke(functions('one')))).toBe('certain');
  });

  it('may be among several that are named', () => {
    const three = [functions('x'), functions('y'), functions('z')];
    expect(certaintyOf(create(three), invoke([functions('w'), functions('z')]))).toBe('certain');
    expect(certaintyOf(create(three), invoke([functions('w'), functions('v')]))).toBe('none');
  });

  it('is none where layers or another region are named', () => {
    expect(certaintyOf(create('arn:aws:lambda:eu-west-1:111122223333:layer:*'), invoke('*'))).toBe('none');
    expect(certaintyOf(create(functions('*')), invoke('arn:aws:lambda:eu-west-2:111122223333:*'))).toBe('none');
  });

  it('is possible where a Deny takes the name that both allow, or where the name is not known', () => {
    const both = [create(functions('a*')), invoke(functions('*b'))];
    expect(certaintyOf(...both, deny('lambda:InvokeFunction', functions('ab')))).not.toBe('none');
    const reach = reached(
      { Mallory: role([PASS, create(functions('a')), invoke(ref('Any'))]), Victim: role([], LAMBDA) },
      'Mallory',
      {
        Parameters: { Any: { Type: 'String' } },
      },
    );
    expect(fact(reach, 'Victim')?.certainty).toBe('possible');
  });

  it('says what is not known', () => {
    const reach = reached({
      Mallory: role([PASS, create(functions('a')), invoke(functions('a')), deny('lambda:Invoke*', functions('?'))]),
      Victim: role([], LAMBDA),
    });
    for (const { unknowns } of reach.facts) expect(unknowns.map(({ detail }) => detail)).not.toEqual([]);
  });
});

describe('several principals', () => {
  const other = (...statements: readonly Json[]): Json => role(statements, { AWS: arn('Mallory') });
  const become = (...names: readonly string[]): readonly Json[] =>
    names.map((each) => allow('sts:AssumeRole', arn(each)));

  it('are found who meet the needs for the same function, whoever comes first', () => {
    const base = {
      Maker: other(PASS, create(functions('a-*'))),
      Wrong: other(invoke(functions('b-*'))),
      Victim: role([], LAMBDA),
    };
    const without = reached({ ...base, Mallory: role(become('Maker', 'Wrong')) });
    expect(certaintyIn(without)).toBe('none');
    const all = reached({
      ...base,
      Mallory: role(become('Maker', 'Wrong', 'Right')),
      Right: other(invoke(functions('a-*'))),
    });
    expect(steps(all, fact(all, 'Victim'))).toEqual([
      'sts-assume-role: Mallory > Maker',
      'sts-assume-role: Mallory > Right',
      'lambda-new-invoke: Maker, Right > Victim',
    ]);
  });
});

describe('a principal that is created and given policies', () => {
  const path = (kind: string, name: string): string => `arn:aws:iam::111122223333:${kind}/${name}`;
  // A name that CloudFormation makes up for Mallory itself may begin like that, too.
  const admin = (reach: ReachOfPrincipal): string =>
    reach.admin !== undefined && reach.trace(reach.admin).some(({ technique }) => technique.includes('-new-'))
      ? reach.admin.certainty
      : 'none';
  const asRole = (made: string, written: string): string =>
    admin(
      reached({
        Mallory: role([allow('iam:CreateRole', path('role', made)), allow('iam:PutRolePolicy', path('role', written))]),
      }),
    );

  it('must be the same role', () => {
    expect(asRole('ci/*', 'ci/*')).toBe('certain');
    expect(asRole('ci/*', '*')).toBe('certain');
    expect(asRole('ci/*', 'cd/*')).toBe('none');
    expect(asRole('a-*', 'b-*')).toBe('none');
  });

  it('must be the same user, with credentials', () => {
    const three = (last: string): string =>
      admin(
        reached({
          Mallory: user([
            allow('iam:CreateUser', path('user', 'bot-*')),
            allow('iam:PutUserPolicy', path('user', '*-1')),
            allow('iam:CreateAccessKey', path('user', last)),
          ]),
        }),
      );
    expect(three('bot-?-1')).toBe('certain');
    expect(three('bot-?-2')).toBe('none');
  });
});

/** Those that no other technique is in front of. */
const SHARING = TECHNIQUES.filter((each) => sharedThings(each).length > 0 && !each.id.startsWith('ec2-'));

const inAccount = (form: string): string =>
  form.replace('arn:*:', 'arn:aws:').replace(':*:*:', ':eu-west-1:111122223333:').replace('::*:', '::111122223333:');

/** Statements that grant a technique with a name for each ask about the thing. */
function named(technique: Technique, nameOf: (place: number) => string): readonly Json[] {
  const [{ thing, places }] = sharedThings(technique);
  return technique.needs.flatMap((asks, need) =>
    asks.flatMap(({ actions: [action], about, on }, ask): readonly Json[] => {
      if (typeof on === 'object') return on.arns.includes(thing.arn) ? [] : [allow(action, inAccount(on.arns[0]))];
      const place = places.findIndex(([n, a]) => n === need && a === ask);
      const resource = inAccount(thing.arn).replace('?*', nameOf(place));
      const within = { StringEquals: { 'iam:PermissionsBoundary': ref('Limit') } };
      const only = { ArnEquals: { 'iam:PolicyARN': ref('With') } };
      const condition = about === 'within-boundary' ? within : about === 'made-with' ? only : undefined;
      return [allow(action, place === -1 ? '*' : resource, condition)];
    }),
  );
}

describe.each(SHARING.map((each): [string, Technique] => [each.id, each]))('%s', (_, technique) => {
  const outcome = (nameOf: (place: number) => string): string => {
    const { resources, reaches } = exampleOf(technique);
    const mallory = resources.Mallory as { readonly Type: string };
    const statements = named(technique, nameOf);
    const itself = mallory.Type === 'AWS::IAM::User' ? user(statements) : role(statements);
    const reach = reached({ ...resources, Mallory: itself });
    const found = reach.facts.filter((each) => reach.trace(each).some((step) => step.technique === technique.id));
    return found.find(({ id }) => id.replace('T#', '') === reaches.replace('T#', ''))?.certainty ?? 'none';
  };

  it('works on one and the same thing only', () => {
    expect(outcome(() => 'one-*')).toBe(technique.doubt === undefined ? 'certain' : 'possible');
    const [{ places }] = sharedThings(technique);
    for (const other of places.keys()) {
      expect(
        outcome((place) => (place === other ? 'two-*' : 'one-*')),
        `place ${other}`,
      ).toBe('none');
    }
  });
});
