import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allRules, ruleById } from '../../lib/rules/registry';
import type { Rule } from '../../lib/rules/rule';
import { crashOf, shortcomingsOf } from './rule-runner';

const ROOT = join(__dirname, '../..');
const GROUPS = ['iam', 'escalation', 'api', 'credentials', 'audit', 'template'];
const CONTROL = /^NIST 800-53 r5 [A-Z]{2}-\d+(\(\d+\))?$/;

describe.each(allRules.map((rule) => [rule.id, rule] as const))('rule %s', (_, rule) => {
  it('finds its bad example once, and nothing in the good one or an unrelated template', () => {
    expect(shortcomingsOf(rule)).toEqual([]);
  });

  it('never crashes, whatever stands where its bad example has a value', { timeout: 120_000 }, () => {
    expect(crashOf(rule)).toBeUndefined();
  });

  it('says what, why and how to mend it, with a page of AWS and controls', () => {
    for (const text of [rule.title, rule.why, rule.fix]) expect(text.trim()).not.toBe('');
    for (const text of [rule.why, rule.fix]) expect(text).toMatch(/\.$/);
    expect(rule.title).not.toMatch(/\.$/);
    expect(rule.page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/\S+\.html(#\S+)?$/);
    expect(rule.controls.length).toBeGreaterThan(0);
    for (const control of rule.controls) expect(control).toMatch(CONTROL);
    expect(rule.types.length).toBeGreaterThan(0);
  });
});

describe('the runner', () => {
  const sound = allRules[0];

  it('fails a rule that throws', () => {
    const broken: Rule = {
      ...sound,
      check() {
        throw new Error('out of order');
      },
    };
    expect(shortcomingsOf(broken)).toContainEqual(expect.stringContaining('threw Error: BH9004'));
    expect(crashOf(broken)).toContain('out of order');
  });

  it('fails a rule that finds nothing, and one that finds too much', () => {
    expect(shortcomingsOf({ ...sound, check: () => [] })).toEqual([expect.stringContaining('bad example')]);
    const eager: Rule = { ...sound, types: ['*'], check: () => [{ message: 'always' }] };
    expect(shortcomingsOf(eager)).toEqual([
      expect.stringContaining('good example'),
      expect.stringContaining('unrelated template'),
    ]);
  });
});

describe('the registry', () => {
  it('has every rule file of every group, and nothing else', () => {
    const files = GROUPS.flatMap((group) =>
      readdirSync(join(ROOT, 'lib/rules', group)).map((file) => file.split('-', 1)[0]?.toUpperCase()),
    );
    expect([...files].sort()).toEqual(allRules.map(({ id }) => id).sort());
  });

  it('has unique ids, and finds rules by them', () => {
    expect(new Set(allRules.map(({ id }) => id)).size).toBe(allRules.length);
    for (const rule of allRules) expect(ruleById(rule.id)).toBe(rule);
    expect(ruleById('IAM0')).toBeUndefined();
  });

  it('has exactly the documentation that is committed', async () => {
    const { rulePages } = await import('../../scripts/rule-docs.mjs');
    const folder = join(ROOT, 'docs/rules');
    const pages = rulePages(allRules);
    expect(readdirSync(folder).sort()).toEqual(Object.keys(pages).sort());
    for (const [name, text] of Object.entries(pages)) expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
  });
});
