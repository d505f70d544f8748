import { describe, expect, it } from 'vitest';
import { BAD, files, run } from './support/run';

const intent = (value: object): object => ({ 'cdk-bulkhead': value });
const [template = ''] = Object.values(
  files({
    'orders.json': JSON.stringify({
      Resources: {
        ...BAD.Resources,
        Clerk: {
          Type: 'AWS::IAM::Role',
          Properties: {
            MaxSessionDuration: 3600,
            AssumeRolePolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
              ],
            },
          },
          Metadata: intent({
            kind: 'role',
            roleKind: 'workload',
            path: 'Orders/Clerk',
            owner: 'orders-team',
            purpose: 'order entry',
          }),
        },
        Method: {
          Type: 'AWS::ApiGateway::Method',
          Properties: { AuthorizationType: 'AWS_IAM', HttpMethod: 'POST', ResourceId: 'r', RestApiId: 'a' },
          Metadata: intent({
            kind: 'endpoint',
            api: 'Orders/Api',
            endpoint: 'POST /orders',
            callers: ['Orders/Clerk'],
            highValue: false,
          }),
        },
      },
    }),
  }),
);

describe('bulkhead report', () => {
  it('prints who may call what, who is who and the findings; findings do not change its exit code', () => {
    const { code, out, err } = run(['report', template]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/Endpoint +Clerk\n +POST \/orders +●/);
    expect(out).toMatch(/Orders\/Clerk +workload +orders-team +order entry/);
    expect(out).toContain('Bulkhead-IAM9');
  });

  it('writes Markdown or JSON, by the ending of the file', () => {
    const markdown = run(['report', template, '--out', 'r.md']);
    expect(markdown).toMatchObject({ code: 0, out: '', err: 'wrote r.md\n' });
    expect(markdown.written['r.md']).toContain('# Bulkhead report');
    const json = run(['report', template, '--out', 'R.JSON']);
    expect(JSON.parse(json.written['R.JSON'] ?? '').access[0].endpoints[0].callers).toEqual(['Orders/Clerk']);
  });

  it('prints or writes the inventory alone', () => {
    const { code, out } = run(['report', template, '--inventory']);
    expect(code).toBe(0);
    expect(out).toContain('Who has the keys');
    expect(out).not.toContain('Bulkhead-IAM9');
    const { written } = run(['report', template, '--inventory', '--out', 'keys.json']);
    expect(JSON.parse(written['keys.json'] ?? '')).toEqual({ version: 1, credentials: [] });
    expect(run(['report', template, '--inventory', '--out', 'keys.md']).written['keys.md']).toMatch(
      /^# Who has the keys/,
    );
  });

  it('ends with 2 on an ending that it cannot write, says which it can, and writes nothing', () => {
    for (const out of ['r.html', 'r', 'r.pdf']) {
      const { code, err, written } = run(['report', template, '--out', out]);
      expect({ out, code, written }).toEqual({ out, code: 2, written: {} });
      expect(err).toMatch(/BH5011.*\.md or \.json/s);
    }
  });

  it('ends with 2 where the file cannot be written', () => {
    const { code, err } = run(['report', template, '--out', 'r.md'], {
      writeFile: () => {
        throw new Error('EACCES: permission denied');
      },
    });
    expect(code).toBe(2);
    expect(err).toMatch(/BH5012.*`r\.md`.*permission denied/s);
  });

  it('ends with 2 on unreadable input', () => {
    expect(run(['report', 'not-there.json'])).toMatchObject({ code: 2, out: '' });
  });
});
