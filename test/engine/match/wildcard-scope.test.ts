import { describe, expect, it } from 'vitest';
import { wildcardScope } from '../../../lib/engine/match/wildcard-scope';
import { text, unknown } from '../../../lib/model/value';
import type { Hole, HoleShape } from '../../../lib/model/value';
import cases from '../../cases/wildcard-scope.json';

const hole = (shape: HoleShape): Hole => ({ shape, source: shape });
const BUCKET = hole('segment');
const PARAMETER = hole('any');

describe('wildcardScope', () => {
  it.each(cases)('%s: %s', (resource, expected) => {
    expect(wildcardScope(resource)).toBe(expected);
  });

  it('takes the name of a resource of the template as exact', () => {
    expect(wildcardScope(text(['arn:aws:s3:::', BUCKET]))).toBe('exact');
    expect(wildcardScope(text(['arn:aws:s3:::', BUCKET, '/*']))).toBe('within');
    expect(wildcardScope(text(['arn:aws:s3:::', BUCKET, '*']))).toBe('open');
    expect(wildcardScope(text(['arn:aws:s3:::logs-', hole('account'), '-*']))).toBe('open');
    expect(wildcardScope(text(['arn:aws:sqs:', hole('region'), ':', hole('account'), ':q']))).toBe('exact');
  });

  it('takes a reference whose form is not known as exact', () => {
    const id = hole('physical-id');
    expect(wildcardScope(text([id]))).toBe('exact');
    expect(wildcardScope(text([id, '/*']))).toBe('within');
    expect(wildcardScope(text([id, ':*']))).toBe('within');
    expect(wildcardScope(text([id, '-??????']))).toBe('within');
    expect(wildcardScope(text([id, '*']))).toBe('open');
  });

  it('is unknown where a parameter may hold a wildcard', () => {
    expect(wildcardScope(unknown('import', 'i'))).toBe('unknown');
    expect(wildcardScope(text([PARAMETER]))).toBe('unknown');
    expect(wildcardScope(text(['arn:aws:s3:::bucket/', PARAMETER]))).toBe('unknown');
    expect(wildcardScope(text(['arn:aws:s3:::', PARAMETER, '/*']))).toBe('unknown');
  });

  it('is open where a wildcard before the parameter decides', () => {
    expect(wildcardScope(text(['arn:aws:iam::*:role/', PARAMETER]))).toBe('open');
    expect(wildcardScope(text(['arn:aws:s3:::a*', PARAMETER]))).toBe('open');
    expect(wildcardScope(text(['arn:aws:s3:::a/*', PARAMETER]))).toBe('unknown');
  });
});
