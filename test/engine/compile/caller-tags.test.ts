import { describe, expect, it } from 'vitest';
import { byTag, sparedBy } from '../../../lib/engine/compile/caller-tags';
import { compileAccessMatrix } from '../../../lib/engine/compile/access-matrix';
import type { AccessMatrix, CompiledPolicies, Layout } from '../../../lib/engine/compile/access-matrix';
import { verifyCompiled } from '../../../lib/engine/compile/verify-compiled';
import { guarded } from './brute-force';

function matrix(callers: Readonly<Record<string, readonly string[]>>): AccessMatrix {
  const endpoints = Object.entries(callers).map(([name, roles]) => {
    const [method, path] = name.split(' ');
    return { method, path, callers: roles };
  });
  return { stage: 'prod', endpoints };
}

function compiled(callers: Readonly<Record<string, readonly string[]>>, layout: Layout): CompiledPolicies {
  const result = compileAccessMatrix(matrix(callers), layout);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

const ORDERS = { 'GET /orders': ['reader', 'clerk'], 'POST /orders': ['clerk'] };

describe('callers by tag', () => {
  it('are in the group of all callers, and in those of their endpoints', () => {
    const { guard, tags } = compiled(ORDERS, { tagged: ['reader', 'clerk'] });
    expect(guard.map(({ onlyCallers }) => onlyCallers)).toEqual([[], []]);
    expect(tags.get('reader')).toBe('/all/');
    expect(tags.get('clerk')).toMatch(/^\/all\/[0-9a-z]{7}\/$/);
    expect(guard.map((each) => sparedBy(each, tags))).toEqual([['reader', 'clerk'], ['clerk']]);
  });

  it('leave others in the list', () => {
    const { guard, tags } = compiled(ORDERS, { tagged: ['reader'] });
    expect(guard[0]).toMatchObject({ onlyCallers: ['clerk'], onlyTagged: '*/all/*' });
    expect(guard[1]).not.toHaveProperty('onlyTagged');
    expect([...tags.keys()]).toEqual(['reader']);
  });

  it('keep their tags where another joins or leaves', () => {
    const tagged = ['reader', 'clerk', 'third'];
    const before = compiled(ORDERS, { tagged });
    const after = compiled(
      { 'GET /orders': ['reader', 'clerk', 'third'], 'POST /orders': ['clerk', 'third'] },
      { tagged },
    );
    for (const role of ['reader', 'clerk']) expect(after.tags.get(role)).toBe(before.tags.get(role));
  });

  it('are as many as one likes in a guard of the same length', () => {
    const many = Array.from({ length: 500 }, (_, index) => `caller-${index}`);
    const [few, all] = [many.slice(0, 2), many].map((callers) => {
      const { guard } = compiled({ 'GET /orders': callers }, { tagged: callers });
      return JSON.stringify(guard).length;
    });
    expect(all).toBe(few);
  });

  it('have another group where two names of groups would be the same', () => {
    const statement = { sid: 'a', patterns: ['prod/GET/a'], onlyCallers: ['x'] };
    const everyone = { sid: 'all', patterns: ['*'], onlyCallers: ['x', 'y'] };
    const { guard, tags } = byTag([everyone, statement, { ...statement, onlyCallers: ['y'] }], ['x', 'y']);
    expect(guard.map((each) => sparedBy(each, tags))).toEqual([['x', 'y'], ['x'], ['y']]);
  });
});

/** The pattern of the first also matches requests of the second. */
const REFUNDS: AccessMatrix = {
  ...matrix({ 'GET /orders/{id}': ['report', 'partner'], 'GET /orders/{id}/refunds': ['desk'] }),
  partners: ['partner'],
};

describe('callers known by ARN', () => {
  const result = compileAccessMatrix(REFUNDS, { tagged: ['report', 'desk'] });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));

  it('gain nothing by a tag that their account sets on them', () => {
    const tag = `/all${result.guard.map(({ onlyTagged = '' }) => onlyTagged.replaceAll('*', '')).join('')}`;
    expect(guarded(result, 'partner', 'prod/GET/orders/7', tag)).toBe(false);
    expect(guarded(result, 'partner', 'prod/GET/orders/7/refunds', tag)).toBe(true);
    expect(guarded(result, 'desk', 'prod/GET/orders/7/refunds')).toBe(false);
  });

  it('are checked as having any tag, and none', () => {
    const without = result.guard.map((each) => ({ ...each, closedTo: undefined }));
    expect(verifyCompiled(REFUNDS, { ...result, guard: without })).toContainEqual(
      expect.objectContaining({ code: 'leak', role: 'partner', endpoint: 'GET /orders/{id}/refunds' }),
    );
  });

  it('of the account are no different: their sessions may have any tag', () => {
    const { guard } = compiled(ORDERS, { tagged: ['clerk'] });
    expect(guard[1]).toMatchObject({ onlyCallers: [], closedTo: ['reader'] });
  });
});

describe('the check of what was compiled', () => {
  const of = matrix(ORDERS);
  const right = compiled(ORDERS, { tagged: ['reader', 'clerk'] });

  it('goes by the tags as they are, not by whom the compiler meant', () => {
    const wrong = { ...right, tags: new Map(right.tags).set('reader', right.tags.get('clerk') as string) };
    expect(verifyCompiled(of, wrong)).toMatchObject([{ code: 'leak', role: 'reader', endpoint: 'POST /orders' }]);
  });

  it('misses a caller whose tag is gone', () => {
    const wrong = { ...right, tags: new Map([...right.tags].filter(([role]) => role !== 'clerk')) };
    expect(verifyCompiled(of, wrong).map(({ code, role }) => `${code} ${role}`)).toContain('over-denied clerk');
  });
});
