import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../lib/assembly/parse-json';
import { parseYaml } from '../../lib/assembly/parse-yaml';
import { snapshotOf } from '../../lib/assembly/snapshot';
import { referencedResources, show } from '../../lib/model/read';
import { effort } from '../support/effort';

const ids = fc.constantFrom(
  'A',
  'B',
  'P',
  'C',
  'M',
  'Env',
  '__proto__',
  'constructor',
  'AWS::Region',
  'AWS::NoValue',
  '',
);
const strings = fc.oneof(
  ids,
  fc.constantFrom(
    '${A}',
    '${A.Arn}',
    '${!x}',
    '${',
    '{{resolve:ssm:',
    '}}',
    '{{resolve:ssm:a}}',
    'Arn',
    'Outputs.O',
    'arn:',
    ':',
    '/',
    '0',
  ),
  fc.string({ maxLength: 6 }),
);
const FUNCTIONS = [
  'Ref',
  'Condition',
  'Fn::GetAtt',
  'Fn::Sub',
  'Fn::Join',
  'Fn::If',
  'Fn::Select',
  'Fn::Split',
  'Fn::FindInMap',
  'Fn::ImportValue',
  'Fn::GetStackOutput',
  'Fn::Base64',
  'Fn::Length',
  'Fn::ToJsonString',
  'Fn::GetAZs',
  'Fn::Cidr',
  'Fn::Transform',
  'Fn::Equals',
  'Fn::And',
  'Fn::Or',
  'Fn::Not',
  'Fn::ForEach::X',
  'Fn::Nonsense',
];

/** Values of a template: mostly functions in functions, with arguments that are right, wrong and absurd. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    strings,
    fc.constantFrom(0, 1, -1, 1.5, true, false, null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(strings, tie('value'), { maxKeys: 3 }),
    fc.tuple(fc.constantFrom(...FUNCTIONS), tie('value')).map(([name, argument]) => ({ [name]: argument })),
    fc
      .tuple(fc.constantFrom(...FUNCTIONS), fc.array(tie('value'), { minLength: 1, maxLength: 4 }))
      .map(([name, argument]) => ({ [name]: argument })),
  ),
}));

const types = fc.constantFrom(
  'AWS::IAM::Role',
  'AWS::Lambda::Alias',
  'AWS::Lambda::Function',
  'AWS::SecretsManager::Secret',
  'AWS::Events::Rule',
  'AWS::SSM::Parameter',
  'AWS::CloudFormation::Stack',
  'Custom::X',
  'AWS::New::Thing',
  'constructor',
);
const properties = fc.dictionary(
  fc.constantFrom(
    'RoleName',
    'Path',
    'FunctionName',
    'Name',
    'EventBusName',
    'SecretId',
    'Parameters',
    'Password',
    'Environment',
    'TemplateURL',
  ),
  value,
  { maxKeys: 5 },
);
const resource = fc.oneof(
  value,
  fc.record(
    {
      Type: fc.oneof(types, value),
      Properties: fc.oneof(properties, value),
      Condition: fc.oneof(ids, value),
      Metadata: value,
    },
    { requiredKeys: ['Type'] },
  ),
);
const section = (entry: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 9, arbitrary: fc.dictionary(ids, entry, { maxKeys: 5 }) }, { weight: 1, arbitrary: value });
const template = fc.record(
  {
    Resources: section(resource),
    Parameters: section(
      fc.oneof(
        value,
        fc.record({
          Type: fc.oneof(strings, fc.constant('CommaDelimitedList')),
          Default: value,
          AllowedValues: value,
          NoEcho: value,
        }),
      ),
    ),
    Conditions: section(value),
    Mappings: section(fc.oneof(value, fc.dictionary(strings, fc.dictionary(strings, value)))),
    Outputs: section(fc.oneof(value, fc.record({ Value: value, Export: fc.record({ Name: value }) }))),
    Transform: value,
  },
  { requiredKeys: [] },
);

const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_121);

function useAll(bodies: readonly unknown[]): void {
  const snapshot = snapshotOf(
    bodies.map((body, i) => ({
      name: `T${i}`,
      file: 't',
      body,
      stackName: 'A',
      ...(i === 0 ? {} : { parent: { template: `T${i - 1}`, logicalId: 'A' } }),
    })),
  );
  for (const each of snapshot.resources) {
    for (const part of [each.properties, each.ref, each.arn]) {
      show(part);
      referencedResources(part);
    }
    snapshot.referencing(each.key);
    snapshot.secretsIn(each);
  }
  for (const each of snapshot.templates) snapshot.secretsIn(each);
}

describe(`mutated input, seed ${SEED}`, () => {
  it('never makes a snapshot throw', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 9, arbitrary: template }, { weight: 1, arbitrary: value }), {
          minLength: 1,
          maxLength: 3,
        }),
        useAll,
      ),
      { numRuns: effort(1_500), seed: SEED },
    );
  });

  it('never makes a reader throw, and reads JSON as JSON.parse does', () => {
    const broken = fc
      .tuple(fc.json({ maxDepth: 3 }), fc.nat(60), fc.constantFrom('', '{', '}', '"', ',', ':', '\\', '\u0001', 'x'))
      .map(([text, at, junk]) => text.slice(0, at) + junk + text.slice(at + 1));
    fc.assert(
      fc.property(broken, (text) => {
        const parsed = parseJson(text);
        expect(parsed.ok).toBe(isJson(text));
        parseYaml(text);
      }),
      { numRuns: effort(1_000), seed: SEED },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
