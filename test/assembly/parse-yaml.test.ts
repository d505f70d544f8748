import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../lib/assembly/parse-yaml';

function body(text: string): unknown {
  const parsed = parseYaml(text);
  return parsed.ok ? parsed.body : parsed;
}

describe('parseYaml', () => {
  it.each<[name: string, text: string, expected: unknown]>([
    ['a date stays text', 'Version: 2012-10-17', { Version: '2012-10-17' }],
    [
      'a date stays text in YAML 1.1, too',
      '%YAML 1.1\n---\nVersion: 2012-10-17\nTime: 12:30:45',
      { Version: '2012-10-17', Time: '12:30:45' },
    ],
    ['an account with a leading zero stays text', 'A: 012345678901', { A: '012345678901' }],
    ['a number too large stays text', 'A: 123456789012345678901', { A: '123456789012345678901' }],
    ['a number is a number', 'A: 12', { A: 12 }],
    ['words for truth', 'A: yes\nB: Off\nC: "yes"\nD: true', { A: true, B: false, C: 'yes', D: true }],
    ['a key that is a word for truth stays text', 'On: 1\nyes: 2', { On: 1, yes: 2 }],
    ['a key that is a number is text', '200: ok', { 200: 'ok' }],
    ['Ref', 'A: !Ref B', { A: { Ref: 'B' } }],
    ['GetAtt', 'A: !GetAtt B.C.D', { A: { 'Fn::GetAtt': ['B', 'C.D'] } }],
    ['GetAtt with a list', 'A: !GetAtt [B, C]', { A: { 'Fn::GetAtt': ['B', 'C'] } }],
    ['Sub', 'A: !Sub "${B}-x"', { A: { 'Fn::Sub': '${B}-x' } }],
    [
      'functions in each other',
      'A: !If [C, !Ref D, !Join [",", [a, !Sub b]]]',
      {
        A: { 'Fn::If': ['C', { Ref: 'D' }, { 'Fn::Join': [',', ['a', { 'Fn::Sub': 'b' }]] }] },
      },
    ],
    ['Condition', 'A: !Not [!Condition B]', { A: { 'Fn::Not': [{ Condition: 'B' }] } }],
    ['a tag that nobody knows', 'A: !Rain::Module x', { A: { 'Fn::Rain::Module': 'x' } }],
    ['a timestamp by tag stays text', 'A: !!timestamp 2012-10-17', { A: '2012-10-17' }],
    ['anchors', 'A: &a { x: 1 }\nB: *a', { A: { x: 1 }, B: { x: 1 } }],
    ['merge keys', 'A: &a { x: 1, y: 1 }\nB: { <<: *a, y: 2 }', { A: { x: 1, y: 1 }, B: { x: 1, y: 2 } }],
    ['nothing', 'A:\nB: ~', { A: null, B: null }],
  ])('%s', (_, text, expected) => {
    expect(body(text)).toEqual(expected);
  });

  it('keeps keys that are special to JavaScript', () => {
    const read = body('__proto__: { polluted: 1 }\nconstructor: 2') as object;
    expect(Object.keys(read)).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each<[name: string, text: string, place: string, reason: RegExp]>([
    ['duplicate keys', 'A: 1\nB: 2\nA: 3', 'line 3, column 1', /duplicate key/],
    ['duplicate keys of two kinds', '1: a\n"1": b', 'line 2, column 1', /duplicate key/],
    ['a tab', 'A:\n\tB: 1', 'line 2, column 1', /not valid YAML/],
    ['a list that does not end', 'A: [1, 2', 'line 1, column 9', /not valid YAML/],
    ['an anchor that is not there', 'A: *b', 'line 1, column 4', /bad alias/],
    ['a map as a key', '? { a: 1 }\n: b', 'line 1, column 3', /a key that is no text/],
    ['several documents', 'A: 1\n---\nB: 2', 'line 2, column 1', /multiple docs/],
  ])('says where and why: %s', (_, text, place, reason) => {
    expect(body(text)).toMatchObject({ ok: false, place, reason: expect.stringMatching(reason) as string });
  });

  it('never quotes the text', () => {
    const parsed = parseYaml('A: [hunter2, "hunter2\nB: hunter2: hunter2');
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  });

  it('refuses aliases that grow without end', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 10; i += 1)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(body(lines.join('\n'))).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/aliases|deep/) as string,
    });
  });

  it('refuses an alias of itself', () => {
    expect(body('A: &a [*a]')).toMatchObject({ ok: false });
  });

  it('refuses what is nested without end', () => {
    expect(body(`A: ${'['.repeat(3_000)}${']'.repeat(3_000)}`)).toMatchObject({
      ok: false,
      reason: 'nested too deeply',
    });
    expect(body(`A: ${'['.repeat(60_000)}`)).toMatchObject({ ok: false });
  });
});
