import { describe, expect, it } from 'vitest';
import { isKnownRequest } from '../../../lib/engine/answers/known-request';
import { reachOf } from '../../../lib/engine/reach/reach-of';
import { targetOf } from '../../../lib/engine/answers/target';
import { whatCan } from '../../../lib/engine/answers/what-can';
import { whoCan } from '../../../lib/engine/answers/who-can';
import { text } from '../../../lib/model/value';
import { role, worldOfTemplates } from './support';

const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:f';

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html */
describe('a request', () => {
  it.each([
    ['s3:GetObject', 'arn:aws:s3:::data/a'],
    ['s3:GetObject', 'arn:aws:s3:::data/*'],
    ['s3:GetObject', 'arn:aws:s3:::*'],
    ['s3:ListBucket', 'arn:aws:s3:::data'],
    ['s3:ListBucket', 'arn:aws:s3:::data*'],
    ['lambda:InvokeFunction', `${FUNCTION}:live`],
    ['dynamodb:Query', 'arn:aws:dynamodb:eu-west-1:111122223333:table/t/index/i'],
    ['execute-api:Invoke', 'arn:aws:execute-api:eu-west-1:111122223333:a1/prod/$connect'],
    ['logs:CreateLogStream', 'arn:aws:logs:eu-west-1:111122223333:log-group:g:*'],
    ['new:Action', FUNCTION],
    ['s3:*', FUNCTION],
    ['s3:GetObject', '*'],
  ])('for %s names %s', (action, resource) => {
    expect(isKnownRequest(action, resource)).toBe(true);
  });

  it.each([
    ['s3:GetObject', FUNCTION],
    ['s3:ListBucket', 'arn:aws:s3:::data/*'],
    ['S3:listbucket', 'arn:aws:s3:::data/a'],
    ['s3:GetObject', 'arn:aws:s3:::data'],
    ['dynamodb:PutItem', 'arn:aws:dynamodb:eu-west-1:111122223333:table/t/index/i'],
  ])('for %s never names %s', (action, resource) => {
    expect(isKnownRequest(action, resource)).toBe(false);
  });

  it('may name what a hole stands for', () => {
    const any = text([{ shape: 'any', source: 'Any' }]);
    expect(isKnownRequest('s3:GetObject', any)).toBe(true);
    const bucket = text(['arn:aws:s3:::', { shape: 'segment', source: 'Bucket' }, '/*']);
    expect([isKnownRequest('s3:GetObject', bucket), isKnownRequest('s3:ListBucket', bucket)]).toEqual([true, false]);
  });
});

describe('an answer about no request', () => {
  const statement = (Action: unknown, Resource: unknown) => ({ Effect: 'Allow', Action, Resource });
  const Role = role([statement('s3:*', ['arn:aws:s3:::data', 'arn:aws:s3:::data/*', FUNCTION])]);
  const world = worldOfTemplates({ T: { Resources: { Role, None: role() } } });
  const verdicts = (resource: string): readonly string[] => {
    const found = targetOf(resource, 's3:GetObject', world);
    if (!found.ok) throw new Error(resource);
    return whoCan(world, reachOf(world), 's3:GetObject', found.found).principals.map(({ decision }) => decision);
  };

  it('never is that it is granted, and says why', () => {
    expect(verdicts(FUNCTION)).toEqual(['possible', 'denied']);
    expect(verdicts('arn:aws:s3:::data/a')).toEqual(['granted', 'denied']);
    const found = targetOf(FUNCTION, 's3:GetObject', world);
    const [{ unknowns }] = found.ok
      ? whoCan(world, reachOf(world), 's3:GetObject', found.found).principals
      : [{ unknowns: [] }];
    expect(unknowns).toEqual([
      'whether there is such a request: s3:GetObject takes resources of other types, as far as is known',
    ]);
  });

  it('is not given where nobody asked', () => {
    const principal = world.principal('T#Role');
    if (principal === undefined) throw new Error('no role');
    const on = (resource: string): readonly string[] =>
      whatCan(world, reachOf(world), principal).services.flatMap(({ permissions }) =>
        permissions
          .filter((each) => each.resource === resource)
          .flatMap(({ actions }) => actions.map(({ action }) => action)),
      );
    expect(on('arn:aws:s3:::data/*')).toContain('s3:GetObject');
    expect(on('arn:aws:s3:::data/*')).not.toContain('s3:ListBucket');
    expect(on('arn:aws:s3:::data')).toContain('s3:ListBucket');
    expect(on('arn:aws:s3:::data')).not.toContain('s3:GetObject');
  });
});
