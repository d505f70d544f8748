import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { App, Stack, Stage } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { files, run } from './support/run';

const valid = (name: string, out: string): any => {
  const schema = JSON.parse(readFileSync(join(__dirname, `../../docs/${name}.schema.json`), 'utf8'));
  const isValid = new Ajv({ strict: false }).compile(schema);
  const answer = JSON.parse(out);
  isValid(answer);
  expect(isValid.errors ?? []).toEqual([]);
  return answer;
};

/** Two stages: a reader, one who becomes it, and one who becomes administrator. */
const assembly = (() => {
  const app = new App({ analyticsReporting: false });
  for (const name of ['Dev', 'Prod']) {
    const stack = new Stack(new Stage(app, name), 'Orders', { env: { account: '111122223333', region: 'eu-west-1' } });
    const assumedBy = new iam.ServicePrincipal('lambda.amazonaws.com');
    const bucket = new s3.Bucket(stack, 'Files');
    const hopper = new iam.Role(stack, 'Hopper', { assumedBy });
    const reader = new iam.Role(stack, 'Reader', { assumedBy: new iam.ArnPrincipal(hopper.roleArn) });
    reader.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects('*')] }));
    hopper.addToPolicy(new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: [reader.roleArn] }));
    const climber = new iam.Role(stack, 'Climber', { assumedBy });
    new iam.Policy(stack, 'Climb', {
      roles: [climber],
      statements: [new iam.PolicyStatement({ actions: ['iam:PutRolePolicy'], resources: [climber.roleArn] })],
    });
  }
  return app.synth({ skipValidation: true }).directory;
})();

const QUEUE = { Resources: { Queue: { Type: 'AWS::SQS::Queue' }, User: { Type: 'AWS::IAM::User' } } };
const given = files({
  'plain.json': JSON.stringify(QUEUE),
  'deny.json': JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }],
  }),
  'deny.yaml': 'Statement:\n  - Effect: Deny\n    Action: s3:*\n    Resource: "*"\n',
  'none.json': JSON.stringify({ hello: 'world' }),
});
const at = (name: string): string => given[name] ?? name;

describe('who-can', () => {
  it('answers for every principal, and ends with 0', () => {
    const { code, out, err } = run(['who-can', 's3:GetObject', 'Prod/Orders/Files', assembly, '--format', 'json']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { principals, action, resource } = valid('who-can', out);
    expect(action).toBe('s3:GetObject');
    expect(resource).toMatch(/\/\*$/);
    const decisions = principals.map((each: any) => `${each.principal} ${each.decision} ${each.direct}`);
    expect(decisions).toEqual(
      expect.arrayContaining([
        'Prod/Orders/Reader granted true',
        'Prod/Orders/Hopper granted false',
        'Prod/Orders/Climber granted false',
        'Dev/Orders/Reader denied false',
      ]),
    );
  });

  it('prints the statement and the way there', () => {
    const { out } = run(['who-can', 's3:GetObject', 'Prod/Orders/Files', assembly]);
    expect(out).toContain('Allow by Prod/Orders/Reader/DefaultPolicy, statement 0 (identity)');
    expect(out).toContain('1. Prod/Orders/Hopper -> Prod/Orders/Reader (sts-assume-role)');
  });

  it('takes policies of an organization, of which a level of Denies stands beside FullAWSAccess', () => {
    for (const scp of ['deny.json', 'deny.yaml']) {
      const { code, out } = run([
        'who-can',
        's3:GetObject',
        'Prod/Orders/Files',
        assembly,
        '--scp',
        at(scp),
        '--format',
        'json',
      ]);
      expect(code).toBe(0);
      const reader = JSON.parse(out).principals.find((each: any) => each.principal === 'Prod/Orders/Reader');
      expect(reader).toMatchObject({ decision: 'denied', denied: { by: 'explicit', layer: 'scp' } });
    }
    const allowed = run(['who-can', 's3:GetObject', '*', assembly, '--rcp', at('deny.json'), '--format', 'json']);
    expect(JSON.parse(allowed.out).principals.every((each: any) => each.decision !== 'granted' || !each.direct)).toBe(
      true,
    );
  });

  it('is bad usage where a name or a file is wrong, and says what would be right', () => {
    const wrong = (...argv: string[]): string => {
      const { code, out, err } = run(argv);
      expect({ argv, code, out }).toEqual({ argv, code: 2, out: '' });
      return err;
    };
    expect(wrong('who-can', 's3:GetObject', 'Files', assembly)).toMatch(
      /^BH5014: .*\n {2}Dev\/Orders\/Files\n {2}Prod\/Orders\/Files\n/,
    );
    expect(wrong('who-can', 's3:GetObject', 'Filez', assembly)).toMatch(/^BH5013: no resource is called `Filez`/);
    expect(wrong('who-can', 's3:GetObject', 'GET /orders', assembly)).toMatch(/^BH5013/);
    const noted = (action: string): string => run(['who-can', action, 'Prod/Orders/Files', assembly]).out;
    expect(noted('s3:GetObjekt')).toContain('note: AWS lists no action `s3:GetObjekt`');
    expect(noted('s3:Get*')).toMatch(/note: the action is a pattern: .* at least one of the \d+ actions/);
    expect(noted('s3:GetObject')).not.toContain('note:');
    expect(wrong('who-can', 'GetObject', '*', assembly)).toMatch(/^BH5016/);
    expect(wrong('who-can', 's3:GetObject', '*', assembly, '--scp', 'not-there.json')).toMatch(/^BH5010: .*not-there/);
    expect(wrong('who-can', 's3:GetObject', '*', assembly, '--scp', at('none.json'))).toMatch(/^BH5010: .*none\.json/);
    expect(wrong('who-can', 's3:GetObject', '*', 'not-there.json')).toMatch(/^BH5010/);
  });
});

describe('what-can', () => {
  it('answers for a principal by construct path, and ends with 0', () => {
    const { code, out, err } = run(['what-can', 'Prod/Orders/Hopper', assembly, '--format', 'json']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const answer = valid('what-can', out);
    expect(answer).toMatchObject({
      principal: 'Prod/Orders/Hopper',
      template: 'Prod/Orders',
      services: [{ service: 'sts', permissions: [{ actions: [{ action: 'sts:AssumeRole' }] }] }],
      becomes: [{ principal: 'Prod/Orders/Reader', certainty: 'certain' }],
      admin: null,
    });
  });

  it('prints administrators as such', () => {
    const { code, out } = run(['what-can', 'Prod/Orders/Climber', assembly]);
    expect(code).toBe(0);
    expect(out).toMatch(/^administrator$/m);
    expect(out).toContain('(iam-put-role-policy)');
  });

  it('is bad usage where nobody, or more than one, is called so', () => {
    expect(run(['what-can', 'Hopper', assembly])).toMatchObject({ code: 2, out: '' });
    expect(run(['what-can', 'Hopper', assembly]).err).toContain('Prod/Orders/Hopper');
    expect(run(['what-can', 'Queue', at('plain.json')]).err).toMatch(
      /^BH5013: no principal is called `Queue`.*\n {2}.*User/,
    );
  });
});

describe('escalations', () => {
  const json = (...more: string[]): { code: number; found: string[] } => {
    const { code, out } = run(['escalations', assembly, '--format', 'json', ...more]);
    const { escalations } = valid('escalations', out);
    return { code, found: escalations.map((each: any) => `${each.principal} ${each.reaches} ${each.certainty}`) };
  };

  it('ends with 1 where there are some', () => {
    const { code, found } = json();
    expect(code).toBe(1);
    expect(found).toEqual(
      expect.arrayContaining([
        'Dev/Orders/Hopper Dev/Orders/Reader certain',
        'Prod/Orders/Hopper Prod/Orders/Reader certain',
        'Prod/Orders/Climber admin certain',
      ]),
    );
  });

  it('follows --from and --to', () => {
    expect(json('--from', 'Prod/Orders/Hopper')).toEqual({
      code: 1,
      found: ['Prod/Orders/Hopper Prod/Orders/Reader certain'],
    });
    expect(json('--to', 'admin').found).toEqual([
      'Dev/Orders/Climber admin certain',
      'Prod/Orders/Climber admin certain',
    ]);
    expect(json('--to', 'Prod/Orders/Reader', '--from', 'Prod/Orders/Climber').code).toBe(1);
    expect(json('--from', 'Prod/Orders/Reader')).toEqual({ code: 0, found: [] });
    expect(run(['escalations', assembly, '--to', 'nobody'])).toMatchObject({ code: 2, out: '' });
  });

  it('ends with 0 where there is none', () => {
    expect(run(['escalations', at('plain.json')])).toMatchObject({ code: 0, out: 'No escalations.\n', err: '' });
  });
});

describe('the line of a statement that decides', () => {
  const policy = {
    PolicyName: 'p',
    PolicyDocument: {
      Statement: [{ Effect: 'Allow', Action: ['sqs:SendMessage', 'iam:PutRolePolicy'], Resource: '*' }],
    },
  };
  const template = JSON.stringify(
    {
      Resources: {
        Queue: { Type: 'AWS::SQS::Queue' },
        Sender: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, Policies: [policy] } },
      },
    },
    undefined,
    1,
  );
  const [file = ''] = Object.values(files({ 'lines.json': template }));
  const line = template.split('\n').findIndex((each) => each.includes('"Sender"')) + 1;

  it.each([
    ['who-can', ['who-can', 'sqs:SendMessage', 'Queue'], (answer: any) => answer.principals[0].statements],
    ['escalations', ['escalations'], (answer: any) => answer.escalations[0].steps[0].statements],
    ['what-can', ['what-can', 'Sender'], (answer: any) => answer.admin.steps[0].statements],
  ] as const)('is that of its resource in %s', (name, command, statements) => {
    const { out } = run([...command, file, '--format', 'json']);
    expect(statements(valid(name, out))).toMatchObject([{ logicalId: 'Sender', file, line, index: 0 }]);
    expect(run([...command, file]).out).toContain(`${file}:${line}`);
  });
});
