import { describe, expect, it } from 'vitest';
import { isText, isUnknown, sortOf } from '../../lib/model/value';
import { resolved, shown } from './probe';

const SECTIONS = {
  Parameters: {
    Name: { Type: 'String', Default: 'a-default' },
    Stage: { Type: 'String', AllowedValues: ['dev', 'prod'] },
    Subnets: { Type: 'List<AWS::EC2::Subnet::Id>' },
    Vpc: { Type: 'AWS::EC2::VPC::Id' },
    Days: { Type: 'Number', AllowedValues: [7, 30] },
    Only: { Type: 'String', AllowedValues: ['one'] },
    Looked: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a/b', AllowedValues: ['/a/b'] },
  },
  Mappings: { Regions: { 'eu-west-1': { Size: 'small' }, 'us-east-1': { Size: 'large' } } },
  Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
  Resources: {
    Role: { Type: 'AWS::IAM::Role' },
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'db' } },
    Thing: { Type: 'Custom::Thing' },
    Named: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'orders' } },
    Group: { Type: 'AWS::EC2::SecurityGroup' },
  },
};

describe('a part of a text that is not known', () => {
  it.each<[string, unknown, string]>([
    [
      'an If that is not complete',
      { 'Fn::Join': ['', ['arn:', { 'Fn::If': ['IsProd', 'a'] }]] },
      'an Fn::If without a condition',
    ],
    ['an If in a Sub', { 'Fn::Sub': ['${X}-b', { X: { 'Fn::If': ['IsProd'] } }] }, 'an Fn::If without a condition'],
    ['a transform', { 'Fn::Join': ['', ['a', { 'Fn::Transform': { Name: 'Own' } }]] }, 'Own'],
    ['a map', { 'Fn::Join': ['', ['a', { B: 'c' }]] }, 'a list or a map in place of a text'],
  ])('says why: %s', (_, raw, why) => {
    expect(shown(raw, SECTIONS)).toMatch(/\$\{unknown-\d+, /);
    expect(shown(raw, SECTIONS)).toContain(why);
  });

  it('is never the same one twice, and has no character of a pattern', () => {
    const part = { 'Fn::Transform': { Name: 'a*b?c#d${e}' } };
    const found = shown({ 'Fn::Join': ['|', [part, part]] }, SECTIONS).split('|');
    expect(found[0]).not.toBe(found[1]);
    for (const each of found) expect(each.slice(2, -1)).not.toMatch(/[*?#$]/);
  });
});

describe('intrinsics', () => {
  it.each<[name: string, raw: unknown, expected: string]>([
    ['a literal stays', 'x', 'x'],
    ['Ref of a resource is its generated name', { Ref: 'Role' }, '${Role}'],
    ['Ref of a resource with a physical name is that name', { Ref: 'Named' }, 'orders'],
    ['Ref of a parameter is a hole, its default no fact', { Ref: 'Name' }, '${Name}'],
    ['Ref of an SSM parameter is a hole, whatever names are allowed', { Ref: 'Looked' }, '${Looked}'],
    ['a parameter with one allowed value is that value', { Ref: 'Only' }, 'one'],
    ['allowed values are choices, by the condition that names one', { Ref: 'Stage' }, '<if IsProd: prod, else: dev>'],
    ['allowed values that no condition names', { Ref: 'Days' }, '<if Days=7: 7, else: 30>'],
    ['a list parameter is unknown', { Ref: 'Subnets' }, '<unknown: parameter "Subnets", a list>'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Role' }, 3]] }, 'a-${Role}-3'],
    ['Join leaves NoValue out with its delimiter', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::NoValue' }, 'b']] }, 'a-b'],
    [
      'Join with an optional element',
      { 'Fn::Join': ['-', ['a', { 'Fn::If': ['IsProd', 'x', { Ref: 'AWS::NoValue' }] }]] },
      '<if IsProd: a-x, else: a>',
    ],
    [
      'Join decides the same condition once',
      { 'Fn::Join': ['', [{ 'Fn::If': ['IsProd', 1, 2] }, { 'Fn::If': ['IsProd', 3, 4] }, { Ref: 'Stage' }]] },
      '<if IsProd: 13prod, else: 24dev>',
    ],
    ['Sub', { 'Fn::Sub': '${Role}/${!Not}/${Named.Arn}' }, '${Role}/${Not}/arn:${AWS::Partition}:s3:::orders'],
    ['Sub with a map', { 'Fn::Sub': ['${A}-${Role}', { A: 'x' }] }, 'x-${Role}'],
    ['Sub without variables', { 'Fn::Sub': 'plain' }, 'plain'],
    ['Select of a list', { 'Fn::Select': [1, ['a', 'b']] }, 'b'],
    ['Select by a text', { 'Fn::Select': ['0', ['a', 'b']] }, 'a'],
    [
      'Select out of a list',
      { 'Fn::Select': [2, ['a']] },
      '<unknown: an Fn::Select that CloudFormation does not accept>',
    ],
    ['Split of a literal', { 'Fn::Split': [',', 'a,b'] }, '[a, b]'],
    [
      'Split of an ARN with typed holes',
      { 'Fn::Split': [':', { 'Fn::GetAtt': ['Role', 'Arn'] }] },
      '[arn, ${AWS::Partition}, iam, , ${AWS::AccountId}, role/${Role}]',
    ],
    [
      'Select of a split that is certain in front',
      { 'Fn::Select': [0, { 'Fn::Split': ['|', { 'Fn::Sub': 'a|${Name}' }] }] },
      'a',
    ],
    [
      'Split of a text whose hole could hold the delimiter',
      { 'Fn::Split': ['-', { 'Fn::Sub': 'a-${Name}' }] },
      '<unknown: the parts of a text, split by "-">',
    ],
    [
      'Split of a generated name by a sign that may be in it',
      { 'Fn::Split': ['-', { Ref: 'Role' }] },
      '<unknown: the parts of a text, split by "-">',
    ],
    ['Split of a generated name by one that is not', { 'Fn::Split': ['/', { Ref: 'Role' }] }, '[${Role}]'],
    ['Select of a zone', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, '${unknown-1, a list that AWS gives}'],
    ['Base64 of a literal', { 'Fn::Base64': 'hi' }, 'aGk='],
    [
      'Split of an id that AWS makes up',
      { 'Fn::Split': [',', { 'Fn::GetAtt': ['Group', 'GroupId'] }] },
      '[${Group.GroupId}]',
    ],
    [
      'what a tool puts in the place of a function',
      { 'Fn::Sub': { 'Rain::Embed': 'script.sh' } },
      '<unknown: "Rain::Embed", in the place of which a tool puts something>',
    ],
    ['Length', { 'Fn::Length': ['a', 'b'] }, '2'],
    ['ToJsonString of a literal', { 'Fn::ToJsonString': { a: [1] } }, '{"a":[1]}'],
    ['FindInMap', { 'Fn::FindInMap': ['Regions', 'eu-west-1', 'Size'] }, 'small'],
    [
      'FindInMap by a key that is not known is one of its values',
      { 'Fn::FindInMap': ['Regions', { Ref: 'AWS::Region' }, 'Size'] },
      '<if AWS::Region=eu-west-1: small, else: large>',
    ],
    [
      'FindInMap of a key that is not there',
      { 'Fn::FindInMap': ['Regions', 'xx', 'Size'] },
      '<unknown: a key of mapping "Regions", which the template does not have>',
    ],
    ['FindInMap with a default', { 'Fn::FindInMap': ['Regions', 'xx', 'Size', { DefaultValue: 'none' }] }, 'none'],
    ['a dynamic reference', 'x{{resolve:ssm:/a}}y', 'x${{{resolve:ssm:/a}}}y'],
    ['an import that is not at hand', { 'Fn::ImportValue': 'Net-Vpc' }, '${Net-Vpc}'],
    [
      'a transform',
      { 'Fn::Transform': { Name: 'AWS::Include' } },
      '<unknown: what transform "AWS::Include" puts here>',
    ],
    [
      'a map with a transform in it',
      { A: 1, 'Fn::Transform': {} },
      '<unknown: a map with "Fn::Transform" among its keys>',
    ],
    ['a function that is not modelled', { 'Fn::New': 1 }, '<unknown: function "Fn::New">'],
    ['Ref of nothing', { Ref: 'Nope' }, '<unknown: "Nope", which the template does not have>'],
    ['GetAtt, dotted', { 'Fn::GetAtt': 'Named.Arn' }, 'arn:${AWS::Partition}:s3:::orders'],
    ['an attribute of a custom resource', { 'Fn::GetAtt': ['Thing', 'A.B'] }, '${Thing.A.B}'],
    ['NoValue in a list is left out', ['a', { Ref: 'AWS::NoValue' }], '[a]'],
    ['NoValue in a map is left out', { A: 1, B: { Ref: 'AWS::NoValue' } }, '{A: 1}'],
  ])('%s', (_, raw, expected) => {
    expect(shown(raw, SECTIONS)).toBe(expected);
  });

  it('folds a dynamic reference that is put together of pieces into one hole', () => {
    const raw = { 'Fn::Join': ['', ['a{{resolve:secretsmanager:', { Ref: 'Thing' }, ':SecretString:p::}}b']] };
    expect(resolved(raw, SECTIONS)).toMatchObject({
      parts: [
        'a',
        {
          shape: 'any',
          cause: 'dynamic-reference',
          source: '{{resolve:secretsmanager:${T#Thing}:SecretString:p::}}',
        },
        'b',
      ],
    });
  });

  it.each([
    ['Ref of a VPC cannot hold a wildcard', { Ref: 'Vpc' }, 'segment'],
    ['Ref of a text parameter can be anything', { Ref: 'Name' }, 'any'],
    ['Ref of a custom resource can be anything', { Ref: 'Thing' }, 'any'],
    ['the account is twelve digits', { Ref: 'AWS::AccountId' }, 'account'],
  ])('%s', (_, raw, shape) => {
    expect(resolved(raw, SECTIONS)).toMatchObject({ parts: [{ shape }] });
  });

  it('knows the environment of a stack', () => {
    const raw = { 'Fn::Sub': '${AWS::Partition} ${AWS::Region} ${AWS::AccountId} ${AWS::URLSuffix} ${AWS::StackName}' };
    const known = { account: '111122223333', region: 'cn-north-1', stackName: 'Orders' };
    expect(resolved(raw, {}, known)).toBe('aws-cn cn-north-1 111122223333 amazonaws.com.cn Orders');
    expect(shown(raw, {}, { account: 'unknown-account', region: 'unknown-region' })).toBe(
      '${AWS::Partition} ${AWS::Region} ${AWS::AccountId} ${AWS::URLSuffix} ${AWS::StackName}',
    );
  });

  it.each<[string, unknown]>([
    ['Fn::If', { 'Fn::If': ['IsProd'] }],
    ['Fn::Join', { 'Fn::Join': 'x' }],
    ['Fn::Join of a map', { 'Fn::Join': ['', { a: 1 }] }],
    ['Fn::Sub', { 'Fn::Sub': [1, 2, 3] }],
    ['Fn::GetAtt', { 'Fn::GetAtt': ['Role'] }],
    ['Fn::GetAtt of a list', { 'Fn::GetAtt': [['Role'], 'Arn'] }],
    ['Fn::Select', { 'Fn::Select': [-1, ['a']] }],
    ['Fn::Split', { 'Fn::Split': [':'] }],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['a'] }],
    ['Ref', { Ref: ['a'] }],
    ['two functions in one map', { 'Fn::Sub': 'a', 'Fn::Join': [] }],
  ])('takes a malformed %s for unknown', (_, raw) => {
    expect(resolved(raw, SECTIONS)).toMatchObject({ cause: 'malformed' });
  });

  it('gives one hole for a mapping with very many values', () => {
    const rows = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`us-east-${i}`, { Ami: `ami-${i}` }]));
    const raw = { 'Fn::FindInMap': ['Amis', { Ref: 'AWS::Region' }, 'Ami'] };
    expect(resolved(raw, { Mappings: { Amis: rows } })).toMatchObject({ parts: [{ shape: 'any', cause: 'mapping' }] });
    const same = Object.fromEntries(Object.keys(rows).map((each) => [each, { Ami: 'ami' }]));
    expect(resolved(raw, { Mappings: { Amis: same } })).toBe('ami');
  });

  it('gives up choices that multiply, and says so', () => {
    const conditions = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`C${i}`, { 'Fn::Equals': [{ Ref: `P${i}` }, 'x'] }]),
    );
    const parameters = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`P${i}`, { Type: 'String' }]));
    const raw = { 'Fn::Join': ['', Object.keys(conditions).map((each) => ({ 'Fn::If': [each, 'a', 'b'] }))] };
    expect(resolved(raw, { Conditions: conditions, Parameters: parameters })).toMatchObject({ cause: 'budget' });
  });

  it('gives up what is nested without end', () => {
    let raw: unknown = 'x';
    for (let i = 0; i < 5000; i += 1) raw = i % 2 === 0 ? [raw] : { a: raw };
    expect(sortOf(resolved(raw))).toBeUndefined();
    let join: unknown = 'x';
    for (let i = 0; i < 5000; i += 1) join = { 'Fn::Join': ['', [join]] };
    expect(resolved(join)).toMatchObject({ parts: [{ shape: 'any', cause: 'budget' }] });
  });

  it('keeps keys that are special to JavaScript', () => {
    const value = resolved(JSON.parse('{ "__proto__": { "a": 1 }, "constructor": { "Ref": "__proto__" } }'));
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(isUnknown((value as Record<string, never>)['constructor'])).toBe(true);
  });

  it.each<[what: string, raw: unknown, cause: string]>([
    ['the parts of a parameter', { 'Fn::Split': [',', { Ref: 'Name' }] }, 'parameter'],
    ['a piece of a parameter', { 'Fn::Select': [1, { 'Fn::Split': [',', { Ref: 'Name' }] }] }, 'parameter'],
    ['an import by the name of a parameter', { 'Fn::ImportValue': { 'Fn::Sub': '${Name}-Vpc' } }, 'parameter'],
    ['an import that is not at hand', { 'Fn::ImportValue': 'Net-Vpc' }, 'import'],
    ['the code of a parameter', { 'Fn::Base64': { Ref: 'Name' } }, 'parameter'],
  ])('names for %s the cause behind it', (_, raw, cause) => {
    const value = resolved(raw, SECTIONS);
    const [part] = isText(value) ? value.parts : [value];
    expect(part).toMatchObject({ cause });
  });

  it('takes Base64 of a text with holes for one text without wildcards, and never quotes it', () => {
    const encoded = (text: string) => resolved({ 'Fn::Base64': { 'Fn::Sub': text } }, SECTIONS);
    expect(encoded('secret ${Name}')).toMatchObject({ parts: [{ shape: 'physical-id' }] });
    expect(encoded('secret ${Name}')).toEqual(encoded('secret ${Name}'));
    expect(encoded('secret ${Name}')).not.toEqual(encoded('other ${Name}'));
    expect(JSON.stringify(encoded('secret ${Name}'))).not.toContain('secret');
  });

  it('never takes two unknowns for the same', () => {
    const value = resolved([{ 'Fn::Sub': '${Nope}' }, { 'Fn::Sub': '${Nope}' }], SECTIONS) as never as {
      parts: { source: string }[];
    }[];
    expect(value[0]?.parts[0]?.source).not.toBe(value[1]?.parts[0]?.source);
  });
});
