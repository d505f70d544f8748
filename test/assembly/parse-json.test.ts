import { describe, expect, it } from 'vitest';
import { parseJson } from '../../lib/assembly/parse-json';

describe('parseJson', () => {
  it('reads JSON', () => {
    expect(parseJson(' { "a": [1, true, null, "x"] } ')).toEqual({ ok: true, body: { a: [1, true, null, 'x'] } });
  });

  it.each<[name: string, text: string, place: string, reason?: string]>([
    ['a word', 'hello', 'line 1, column 1'],
    ['a comma too much', '{\n  "a": 1,\n}', 'line 3, column 1'],
    ['a missing comma', '{ "a": 1 "b": 2 }', 'line 1, column 10'],
    ['a key without quotes', '{ a: 1 }', 'line 1, column 3'],
    ['a missing colon', '{ "a" 1 }', 'line 1, column 7'],
    ['a bracket of the wrong kind', '[1 }', 'line 1, column 4'],
    ['a line break in a text', '{ "a": "x\ny" }', 'line 1, column 8'],
    ['a number that is none', '[01]', 'line 1, column 3'],
    ['something after the end', '{} x', 'line 1, column 4'],
    ['an end too early', '{ "a": [1', 'line 1, column 10', 'the JSON ends too early'],
  ])('says where it stops being JSON: %s', (_, text, place, reason = 'not valid JSON') => {
    expect(parseJson(text)).toEqual({ ok: false, place, reason });
  });

  it('never quotes the text', () => {
    expect(JSON.stringify(parseJson('{ "password": "hunter2" hunter2 }'))).not.toContain('hunter2');
  });

  it('survives any depth', () => {
    expect(parseJson('['.repeat(200_000))).toMatchObject({ ok: false });
  });
});
