import { expect, it } from 'vitest';
import { linesOfResources } from '../../lib/assembly/lines-of-resources';

const JSON_TEXT = JSON.stringify(
  {
    Description: 'a "Resources": { "Fake": 1 } in a text',
    Parameters: { Fake: { Type: 'String' } },
    Resources: { First: { Type: 'A', Properties: { Second: { Nested: true } } }, Second: { Type: 'B' } },
    Outputs: { Fake: { Value: 1 } },
  },
  null,
  2,
);

it('finds each resource of a JSON template, and nothing that only looks like one', () => {
  const rows = JSON_TEXT.split('\n');
  const found = linesOfResources(JSON_TEXT);
  expect([...found.keys()]).toEqual(['First', 'Second']);
  expect(rows[(found.get('First') ?? 0) - 1]).toBe('    "First": {');
  expect(rows[(found.get('Second') ?? 0) - 1]).toBe('    "Second": {');
  expect(linesOfResources(JSON.stringify(JSON.parse(JSON_TEXT))).get('Second')).toBe(1);
});

it('finds each resource of a YAML template', () => {
  const text = [
    '# Resources:',
    'Parameters:',
    '  Fake:',
    '    Type: String',
    'Resources: # all',
    '  # Fake:',
    '  First:',
    '    Type: A',
    '    Properties:',
    '      Second: !Sub |',
    '        Fake:',
    '  "Second":',
    '    Type: B',
    'Outputs:',
    '  Fake:',
    '    Value: 1',
  ].join('\r\n');
  expect([...linesOfResources(text)]).toEqual([
    ['First', 7],
    ['Second', 12],
  ]);
});

it('has none where there are none', () => {
  expect(linesOfResources('').size).toBe(0);
  expect(linesOfResources('{"Resources": [').size).toBe(0);
  expect(linesOfResources('Resources: {First: {Type: A}}').size).toBe(0);
});
