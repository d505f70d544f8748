import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../../lib/engine/parse/policy-document';
import { ABSENT, choice, text, unknown } from '../../../lib/model/value';
import type { Hole, Value } from '../../../lib/model/value';

const ACCOUNT: Hole = { shape: 'account', source: 'AWS::AccountId' };
const allow = (over: Record<string, Value> = {}): Value => ({
  Effect: 'Allow',
  Action: 's3:*',
  Resource: '*',
  ...over,
});
const policy = (...statements: Value[]): Value => ({ Version: '2012-10-17', Statement: statements });
const principals = (value: Value) => parsePolicy(policy(allow({ Principal: value }))).statements[0].principals;

describe('parsePolicy', () => {
  it('reads nothing from an absent document', () => {
    expect(parsePolicy(undefined)).toEqual({ statements: [], unknowns: [] });
    expect(parsePolicy(ABSENT)).toEqual({ statements: [], unknowns: [] });
  });

  it('reads a single statement like a list of one, and strings like lists of one', () => {
    const { statements, unknowns } = parsePolicy({ Statement: allow({ Sid: 'A' }) });
    expect(unknowns).toEqual([]);
    expect(statements).toEqual([
      {
        index: 0,
        sid: 'A',
        effect: 'Allow',
        actions: { negated: false, patterns: ['s3:*'] },
        resources: { negated: false, patterns: ['*'] },
        conditions: [],
        guards: [],
      },
    ]);
  });

  it('keeps the source order of statements and the polarity of the Not forms', () => {
    const { statements } = parsePolicy(
      policy(
        { Effect: 'Deny', NotAction: ['iam:*', 'sts:*'], NotResource: 'arn:aws:s3:::a' },
        { Effect: 'Allow', NotPrincipal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'sts:AssumeRole' },
      ),
    );
    expect(statements.map((each) => [each.index, each.effect, each.actions.negated])).toEqual([
      [0, 'Deny', true],
      [1, 'Allow', false],
    ]);
    expect(statements[0].resources).toEqual({ negated: true, patterns: ['arn:aws:s3:::a'] });
    expect(statements[1].resources).toBeUndefined();
    expect(statements[1].principals?.negated).toBe(true);
  });

  it('reads principals of every form', () => {
    expect(principals('*')?.entries).toEqual([{ kind: '*', value: '*' }]);
    expect(principals({ AWS: '*', Service: ['a.amazonaws.com', 'b.amazonaws.com'] })?.entries).toEqual([
      { kind: 'AWS', value: '*' },
      { kind: 'Service', value: 'a.amazonaws.com' },
      { kind: 'Service', value: 'b.amazonaws.com' },
    ]);
    expect(principals({ AWS: 12345678901 })?.entries).toEqual([{ kind: 'AWS', value: '012345678901' }]);
    expect(principals(unknown('parameter', 'p'))?.entries).toEqual([{ kind: '*', value: unknown('parameter', 'p') }]);
  });

  it('takes operators apart and lowers keys', () => {
    const { statements } = parsePolicy(
      policy(
        allow({
          Condition: {
            boolifexists: { 'aws:MultiFactorAuthPresent': false },
            'forallvalues:stringlikeIfExists': { 'aws:TagKeys': ['a', 'b'] },
            NumericLessThan: { 's3:max-keys': 10 },
          },
        }),
      ),
    );
    expect(statements[0].conditions).toEqual([
      { operator: 'Bool', ifExists: true, key: 'aws:multifactorauthpresent', values: ['false'] },
      { operator: 'StringLike', ifExists: true, qualifier: 'ForAllValues', key: 'aws:tagkeys', values: ['a', 'b'] },
      { operator: 'NumericLessThan', ifExists: false, key: 's3:max-keys', values: ['10'] },
    ]);
  });

  it('never makes a statement with an unreadable condition look unconditional', () => {
    const { statements, unknowns } = parsePolicy(
      policy(allow({ Condition: unknown('parameter', 'p') }), allow({ Condition: 'x' })),
    );
    expect(statements.map((each) => each.conditions.length)).toEqual([1, 1]);
    expect(unknowns.map((each) => each.cause)).toEqual(['malformed']);
  });

  it('keeps texts with holes and unknown elements as patterns', () => {
    const bucket = text(['arn:aws:s3:::logs-', ACCOUNT]);
    const { statements } = parsePolicy(policy(allow({ Resource: [bucket, unknown('import', 'i'), ABSENT] })));
    expect(statements[0].resources?.patterns).toEqual([bucket, unknown('import', 'i')]);
  });

  describe('with choices', () => {
    it('guards the statements of each branch', () => {
      const { statements } = parsePolicy(choice('T#Prod', policy(allow()), ABSENT));
      expect(statements.map((each) => each.guards)).toEqual([[{ condition: 'T#Prod', holds: true }]]);
    });

    it('gives one statement for each alternative of an element', () => {
      const { statements } = parsePolicy(policy(allow({ Action: choice('T#Prod', 's3:GetObject', 's3:*') })));
      expect(statements.map((each) => [each.index, each.actions.patterns, each.guards[0].holds])).toEqual([
        [0, ['s3:GetObject'], true],
        [0, ['s3:*'], false],
      ]);
    });

    it('takes the same condition as the same choice everywhere', () => {
      const { statements } = parsePolicy(
        choice(
          'T#Prod',
          policy(allow({ Action: choice('T#Prod', 'a:B', 'never:Here') })),
          choice('T#Prod', policy(allow({ Action: 'never:Here' })), policy(allow({ Action: 'c:D' }))),
        ),
      );
      expect(statements.flatMap((each) => each.actions.patterns)).toEqual(['a:B', 'c:D']);
    });

    it('leaves out an absent statement, and keeps the place of those after it', () => {
      const { statements } = parsePolicy(policy(choice('T#Prod', allow(), ABSENT), allow()));
      expect(statements.map((each) => [each.index, each.guards.length])).toEqual([
        [0, 1],
        [1, 0],
      ]);
    });

    it('says unknown past its budget, and never drops the statement silently', () => {
      const many = Array.from({ length: 8 }, (_, n) => choice(`T#C${n}`, `a:A${n}`, `b:B${n}`));
      const { statements, unknowns } = parsePolicy(policy(allow({ Action: many })));
      expect(statements).toEqual([]);
      expect(unknowns.map((each) => each.cause)).toEqual(['budget']);
    });

    it('follows one condition in each of many statements', () => {
      const many = Array.from({ length: 40 }, (_, n) => allow({ Action: choice(`T#C${n}`, 'a:A', 'b:B') }));
      expect(parsePolicy(policy(...many)).statements).toHaveLength(80);
    });
  });

  describe('with JSON in a string', () => {
    it('reads it', () => {
      expect(parsePolicy(JSON.stringify(policy(allow()))).statements).toHaveLength(1);
    });

    it('reads it with holes inside of its strings', () => {
      const [before, after] = JSON.stringify(policy(allow({ Resource: 'arn:aws:iam::#:role/x' }))).split('#');
      const { statements } = parsePolicy(text([before, ACCOUNT, after]));
      expect(statements[0].resources?.patterns).toEqual([text(['arn:aws:iam::', ACCOUNT, ':role/x'])]);
    });

    it('does not read it where a hole could close its string', () => {
      const any: Hole = { shape: 'any', source: 'T#P' };
      const { statements, unknowns } = parsePolicy(text(['{"Statement":[{"Effect":"', any, '"}]}']));
      expect(statements).toEqual([]);
      expect(unknowns).toHaveLength(1);
    });
  });

  it.each<[string, Value]>([
    ['a document that is a list', [allow()]],
    ['a document that is no JSON', 'not json'],
    ['a document without statements', { Version: '2012-10-17' }],
    ['a document with an unrecognised element', { Statement: [], Statements: [] }],
    ['a statement that is a string', policy('s3:*')],
    ['a statement without an action', policy({ Effect: 'Allow', Resource: '*' })],
    ['an effect in lower case', policy(allow({ Effect: 'allow' }))],
    ['both Action and NotAction', policy(allow({ NotAction: 'iam:*' }))],
    ['an element that is misspelt', policy(allow({ Conditions: {} }))],
    ['an action that is a number', policy(allow({ Action: [1] }))],
    ['an empty list of resources', policy(allow({ Resource: [] }))],
    ['a principal of an unknown kind', policy(allow({ Principal: { Aws: '*' } }))],
    ['a condition value that is a map', policy(allow({ Condition: { StringEquals: { a: {} } } }))],
  ])('reports %s as malformed', (_, value) => {
    expect(parsePolicy(value).unknowns.map((each) => each.cause)).toContain('malformed');
  });

  it('gives up a statement whose effect is not known', () => {
    const { statements, unknowns } = parsePolicy(policy(allow({ Effect: unknown('parameter', 'Effect') })));
    expect(statements).toEqual([]);
    expect(unknowns).toEqual([unknown('parameter', 'Effect')]);
  });

  it('never throws, whatever it is given', () => {
    const keys = fc.constantFrom(
      'Statement',
      'Effect',
      'Action',
      'Principal',
      'Condition',
      'Resource',
      'AWS',
      '__proto__',
    );
    const { value } = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.oneof(fc.constantFrom('Allow', 'Deny', '*', '{"Statement":[1]}'), fc.integer(), fc.constant(null)),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
        fc.tuple(fc.constantFrom('A', 'B'), tie('value'), tie('value')).map((args) => choice(...args)),
        fc.constantFrom<Value>(ABSENT, unknown('import', 'i'), text(['a', ACCOUNT])),
      ),
    }));
    fc.assert(fc.property(value, (any) => Array.isArray(parsePolicy(any).statements)));
    expect(parsePolicy(`{"Statement":${'['.repeat(50_000)}${']'.repeat(50_000)}}`).unknowns).not.toEqual([]);
  });
});
