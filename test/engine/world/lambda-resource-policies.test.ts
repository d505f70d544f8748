import { expect, it } from 'vitest';
import { brief, answerFor } from '../answers/support';
import { allow, arn, document, resource, role } from '../reach/support/template';
import type { Json, Resources } from '../reach/support/template';

const INVOKE = 'lambda:InvokeFunction';
const letIn = (Effect: string, who: string): Json => ({
  Effect,
  Principal: { AWS: arn(who) },
  Action: INVOKE,
  Resource: arn('F'),
});
const world = (more: Resources, ...statements: readonly Json[]): Resources => ({
  F: resource('AWS::Lambda::Function', { Role: arn('Own') }),
  Own: role([]),
  Policy: resource('AWS::Lambda::ResourcePolicy', { ResourceArn: arn('F'), PolicyDocument: document(...statements) }),
  ...more,
});
const invoke = (resources: Resources): string => brief(answerFor(resources, { action: INVOKE, on: 'F' }));

it('allows and denies calls of the function that it names', () => {
  expect(invoke(world({ Mallory: role([]) }, letIn('Allow', 'Mallory')))).toBe('granted direct');
  expect(invoke(world({ Mallory: role([]) }, letIn('Allow', 'Own')))).toBe('denied');
  expect(invoke(world({ Mallory: role([allow(INVOKE)]) }, letIn('Deny', 'Mallory')))).toBe('denied');
  expect(invoke(world({ Mallory: role([allow(INVOKE)]) }, letIn('Deny', 'Own')))).toBe('granted direct');
});

it('is read as a text of JSON, and of another function says nothing', () => {
  const text = resource('AWS::Lambda::ResourcePolicy', {
    ResourceArn: arn('F'),
    PolicyDocument: {
      'Fn::Sub': '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"lambda:*","Resource":"*"}]}',
    },
  });
  expect(invoke({ ...world({ Mallory: role([allow(INVOKE)]) }), Policy: text })).toBe('denied');
  const other = resource('AWS::Lambda::ResourcePolicy', {
    ResourceArn: arn('G'),
    PolicyDocument: document({ Effect: 'Deny', Principal: '*', Action: 'lambda:*', Resource: '*' }),
  });
  const G = resource('AWS::Lambda::Function', { Role: arn('Own') });
  expect(invoke({ ...world({ Mallory: role([allow(INVOKE)]), G }), Policy: other })).toBe('granted direct');
});

it('is written anew with its Denies by who may put it, and taken away by who may delete it', () => {
  const kept = letIn('Deny', 'Mallory');
  const may = (...actions: readonly string[]): Resources => ({ Mallory: role([allow([...actions], arn('F'))]) });
  expect(invoke(world(may('lambda:PutResourcePolicy'), kept))).toBe('granted lambda-resource-policy');
  expect(invoke(world(may('lambda:DeleteResourcePolicy', INVOKE), kept))).toBe('granted lambda-no-resource-policy');
  expect(invoke(world(may('lambda:DeleteResourcePolicy'), kept))).toBe('denied');
});
