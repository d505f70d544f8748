import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Ajv from 'ajv';
import { App, Duration, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnAccessKey } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { AuditVault } from '../../lib/constructs/audit/audit-vault';
import { BAD, files, GOOD, run } from './support/run';

const schema = JSON.parse(readFileSync(join(__dirname, '../../docs/check.schema.json'), 'utf8'));
const isValid = new Ajv({ strict: false }).compile(schema);

const TEMPLATES = files({
  'bad.json': JSON.stringify(BAD),
  'good.json': JSON.stringify(GOOD),
  'bad.yaml': 'Resources:\n  Key:\n    Type: AWS::IAM::AccessKey\n    Properties:\n      UserName: !Ref User\n',
  'warns.json': JSON.stringify({
    Resources: {
      Account: {
        Type: 'AWS::ApiGateway::Account',
        Properties: { CloudWatchRoleArn: 'arn:aws:iam::111122223333:role/r' },
      },
    },
  }),
  'damaged.json': '{\n  "Resources": {\n    oops\n  }\n}\n',
  'damaged.yaml': 'Resources:\n  Key: [\n',
  'list.json': '[]',
  'empty.json': '',
});
const at = (name: string): string => TEMPLATES[name] ?? name;

describe('a template without its cloud assembly', () => {
  const env = { account: '111122223333', region: 'eu-west-1' };
  const vault = new AuditVault(new Stack(new App(), 'Orders', { env }), 'Vault', { retention: Duration.days(400) });
  const name = 'vault.template.json';
  const { [name]: file = '' } = files({ [name]: JSON.stringify(Template.fromStack(Stack.of(vault))) });
  const rules = (...more: string[]): string[] => [
    ...new Set<string>(
      JSON.parse(run(['check', file, '--format', 'json', ...more]).out).findings.map((each: any) => each.ruleId),
    ),
  ];

  it('is judged by the account and region that are given, where it has ARNs of them', () => {
    expect(rules()).toContain('Bulkhead-AUD7');
    expect(rules('--env', '111122223333/eu-west-1')).toEqual([]);
    expect(rules('--env', 'aws://111122223333/eu-west-1')).toEqual([]);
    expect(rules('--env', '444455556666/eu-west-1')).not.toEqual([]);
  });

  it('is not judged by what is none', () => {
    const { code, err } = run(['check', file, '--env', '111122223333']);
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringMatching(/^BH5038: --env is `111122223333`/) });
  });
});

describe('the exit code of check', () => {
  it('is 0 where the rules hold', () => {
    const { code, out, err } = run(['check', at('good.json')]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe('No findings in 1 template with 1 resource.\n');
  });

  it('is 1 on findings, in JSON and in YAML', () => {
    for (const name of ['bad.json', 'bad.yaml']) {
      const { code, out, err } = run(['check', at(name)]);
      expect({ code, err }).toEqual({ code: 1, err: '' });
      expect(out).toContain('Bulkhead-IAM9');
      expect(out).toContain(at(name));
    }
  });

  it('names the line on which the resource begins', () => {
    const { findings } = JSON.parse(run(['check', at('bad.yaml'), '--format', 'json']).out);
    expect(findings[0]).toMatchObject({ logicalId: 'Key', file: at('bad.yaml'), line: 2 });
    expect(run(['check', at('bad.yaml')]).out).toContain(`${at('bad.yaml')}:2\n`);
    expect(run(['check', at('bad.yaml'), '--format', 'sarif']).out).toContain('"startLine": 2');
  });

  it('follows --fail-on', () => {
    const code = (file: string, failOn: string): number => run(['check', at(file), '--fail-on', failOn]).code;
    expect(code('bad.json', 'never')).toBe(0);
    expect(code('bad.json', 'warning')).toBe(1);
    expect(code('bad.json', 'error')).toBe(1);
    expect(code('good.json', 'warning')).toBe(0);
  });

  it('tells warnings from errors', () => {
    const { findings } = JSON.parse(run(['check', at('warns.json'), '--format', 'json']).out);
    expect(findings.map((each: { severity: string }) => each.severity)).toEqual(['warning']);
    expect(run(['check', at('warns.json')]).code).toBe(0);
    expect(run(['check', at('warns.json'), '--fail-on', 'warning']).code).toBe(1);
  });

  it('is 2 on a file that is not there or damaged, with file, place and reason', () => {
    const problem = (name: string): string => {
      const { code, out, err } = run(['check', at(name)]);
      expect({ name, code, out }).toEqual({ name, code: 2, out: '' });
      expect(err).toContain(at(name));
      return err;
    };
    problem('not-there.json');
    expect(problem('damaged.json')).toMatch(/\b3\b/);
    expect(problem('damaged.yaml')).toMatch(/\b[23]\b/);
    problem('list.json');
    problem('empty.json');
  });

  it('is 2 where only one of several inputs is damaged, and prints no result of the others', () => {
    const { code, out, err } = run(['check', at('bad.json'), at('damaged.json')]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(at('damaged.json'));
  });

  it('is 2 on a folder that is no cloud assembly and has no templates', () => {
    const { code, err } = run(['check', __dirname]);
    expect(code).toBe(2);
    expect(err).toContain(__dirname);
  });
});

describe('the output of check', () => {
  it('covers several inputs at once', () => {
    const { code, out } = run(['check', at('bad.json'), at('good.json'), at('bad.yaml')]);
    expect(code).toBe(1);
    expect(out).toContain(at('bad.json'));
    expect(out).toContain(at('bad.yaml'));
    expect(out).toContain('in 3 templates with 3 resources.');
  });

  it('covers a cloud assembly with its stages, by construct path', () => {
    const app = new App({ analyticsReporting: false });
    new CfnAccessKey(new Stack(new Stage(app, 'Prod'), 'Orders'), 'Key', { userName: 'someone' });
    const { directory } = app.synth({ skipValidation: true });
    const { code, out } = run(['check', directory, '--format', 'json']);
    expect(code).toBe(1);
    expect(JSON.parse(out).findings).toMatchObject([
      { ruleId: 'Bulkhead-IAM9', template: 'Prod/Orders', constructPath: 'Prod/Orders/Key', certainty: 'certain' },
    ]);
  });

  it('is JSON by its schema and nothing else on stdout', () => {
    for (const inputs of [['good.json'], ['bad.json', 'bad.yaml', 'warns.json']]) {
      const { out, err } = run(['check', ...inputs.map(at), '--format', 'json']);
      isValid(JSON.parse(out));
      expect(isValid.errors ?? []).toEqual([]);
      expect(err).toBe('');
    }
  });

  it('counts by severity and rule, files and resources', () => {
    const { summary } = JSON.parse(
      run(['check', at('bad.json'), at('bad.yaml'), at('good.json'), '--format', 'json']).out,
    );
    expect(summary).toEqual({
      findings: 2,
      bySeverity: { error: 2, warning: 0 },
      byRule: { 'Bulkhead-IAM9': 2 },
      files: 3,
      resources: 3,
    });
  });

  it('is SARIF when asked for', () => {
    const log = JSON.parse(run(['check', at('bad.json'), '--format', 'sarif']).out);
    expect(log.runs[0].results).toMatchObject([{ ruleId: 'Bulkhead-IAM9', level: 'error' }]);
  });

  it('has colours on a terminal, and none where NO_COLOR is set', () => {
    const colored = (env: Record<string, string>): boolean =>
      run(['check', at('bad.json')], { isTerminal: true, env }).out.includes('\u001b[');
    expect(colored({})).toBe(true);
    expect(colored({ NO_COLOR: '1' })).toBe(false);
    expect(colored({ NO_COLOR: '' })).toBe(true);
  });

  it('never holds the secret that it found', () => {
    const secret = ['ghp', `${'a1B2c3D4e5'.repeat(3)}F6g7H8`].join('_');
    const { template = '' } = files({
      template: JSON.stringify({ Parameters: { Token: { Type: 'String', Default: secret } }, ...GOOD }),
    });
    for (const format of ['text', 'json', 'sarif']) {
      const { code, out, err } = run(['check', template, '--format', format]);
      expect(code).toBe(1);
      expect(out).toContain('Bulkhead-SEC4');
      expect(out + err).not.toContain(secret);
    }
  });
});

it('reads a folder of templates, and says what it passed over', () => {
  const { 'a.template.json': file = '' } = files({ 'a.template.json': JSON.stringify(BAD), 'other.json': '{}' });
  const { code, err } = run(['check', dirname(file)]);
  expect(code).toBe(1);
  expect(err).toMatch(/^note: .*other\.json\n$/);
});

describe('a cloud assembly that names a template it does not have', () => {
  const assembly = (declare: (app: App) => void): string => {
    const app = new App({ analyticsReporting: false });
    new Stack(app, 'Missing');
    declare(app);
    const { directory } = app.synth({ skipValidation: true });
    rmSync(join(directory, 'Missing.template.json'));
    return directory;
  };
  const clean = assembly((app) => new Stack(app, 'Orders'));
  const bad = assembly((app) => new CfnAccessKey(new Stack(app, 'Orders'), 'Key', { userName: 'someone' }));

  it('never holds: exit 2, and the missing one is named', () => {
    for (const command of [['check'], ['check', '--fail-on', 'never'], ['report']]) {
      const { code, out, err } = run([...command, clean]);
      expect(code).toBe(2);
      expect(err).toContain('Missing.template.json');
      expect(out).not.toBe('');
    }
  });

  it('has findings all the same', () => {
    const { code, out, err } = run(['check', bad]);
    expect(code).toBe(1);
    expect(out).toContain('Bulkhead-IAM9');
    expect(err).toContain('Missing.template.json');
  });

  it('passes when that is allowed, and it is still said', () => {
    const { code, err } = run(['check', '--allow-missing-templates', clean]);
    expect(code).toBe(0);
    expect(err).toContain('Missing.template.json');
  });
});
