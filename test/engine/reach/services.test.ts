import { describe, expect, it } from 'vitest';
import { ACCOUNT, allow, document, fact, reached, role } from './support/template';
import type { Json } from './support/template';

const OTHER = '444455556666';

/** How surely somebody who may pass the role to a new function, or project, becomes it. */
function passed(condition: Json, effect?: Json, service = 'lambda.amazonaws.com'): string | undefined {
  const trusted = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole', Condition: condition };
  const Worker = {
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument: document(trusted, ...(effect === undefined ? [] : [effect])) },
  };
  const Mallory = role([
    allow([
      'iam:PassRole',
      'lambda:CreateFunction',
      'lambda:InvokeFunction',
      'codebuild:CreateProject',
      'codebuild:StartBuild',
    ]),
  ]);
  return fact(reached({ Mallory, Worker }), 'Worker')?.certainty;
}

const denied = (condition: Json): Json => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 'sts:AssumeRole',
  Condition: condition,
});

describe('a role is passed to a service that its trust policy admits', () => {
  it.each([
    [{}, 'certain'],
    [{ StringEquals: { 'aws:SourceAccount': ACCOUNT } }, 'certain'],
    [{ StringEquals: { 'aws:SourceAccount': [OTHER, ACCOUNT] } }, 'certain'],
    [{ StringNotEquals: { 'aws:SourceAccount': OTHER } }, 'certain'],
    [{ StringEquals: { 'aws:SourceAccount': OTHER } }, undefined],
    [{ StringEquals: { 'aws:SourceAccount': { Ref: 'Param' } } }, 'possible'],
    // Whether the service says for which account it acts is in no page.
    [{ StringEqualsIfExists: { 'aws:SourceAccount': OTHER } }, 'possible'],
    [{ Null: { 'aws:SourceAccount': 'true' } }, 'possible'],
    [{ StringNotEquals: { 'aws:SourceAccount': ACCOUNT } }, 'possible'],
  ])('by the account for which it acts: %j is %s', (condition, certainty) => {
    expect(passed(condition as Json)).toBe(certainty);
  });

  it.each([
    [`arn:aws:codebuild:*:${ACCOUNT}:*`, 'certain'],
    [`arn:aws:*:*:${ACCOUNT}:*`, 'certain'],
    [`arn:aws:codebuild:eu-west-1:${ACCOUNT}:*`, 'possible'],
    [`arn:aws:codebuild:*:${ACCOUNT}:project/one`, 'possible'],
    [`arn:aws:codebuild:*:${OTHER}:*`, undefined],
    [`arn:aws:s3:*:${ACCOUNT}:*`, undefined],
  ])('by the resource for which it acts: %s is %s', (source, certainty) => {
    expect(passed({ ArnLike: { 'aws:SourceArn': source } }, undefined, 'codebuild.amazonaws.com')).toBe(certainty);
  });

  it.each([
    [{ StringNotEquals: { 'aws:SourceAccount': ACCOUNT } }, 'certain'],
    [{ StringEquals: { 'aws:SourceAccount': OTHER } }, 'certain'],
    [{ StringEquals: { 'aws:SourceAccount': ACCOUNT } }, 'possible'],
  ])('unless it is denied: %j is %s', (condition, certainty) => {
    expect(passed({}, denied(condition as Json))).toBe(certainty);
  });

  it.each([
    { StringEquals: { 'sts:ExternalId': 'e' } },
    { StringEquals: { 'aws:SourceOrgID': 'o-1' } },
    { 'ForAnyValue:StringLike': { 'aws:SourceOrgPaths': 'o-1/*' } },
  ])('by what else it may say, which nobody chooses: %j is possible', (condition) => {
    expect(passed(condition as unknown as Json)).toBe('possible');
  });
});
