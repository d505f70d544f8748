import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BAD, files, run } from './support/run';

const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8'));
const [bad = ''] = Object.values(files({ 'bad.json': JSON.stringify(BAD) }));

describe('the command line', () => {
  it('prints its version and help on stdout and ends with 0', () => {
    expect(run(['--version'])).toMatchObject({ code: 0, out: `${version}\n`, err: '' });
    const help = run(['--help']);
    expect(help).toMatchObject({ code: 0, err: '' });
    for (const part of ['check', 'report', 'who-can', 'what-can', 'escalations', '0 holds, 1 findings, 2 bad usage'])
      expect(help.out).toContain(part);
    expect(run(['check', '--help'])).toMatchObject({ code: 0, err: '' });
  });

  it('ends with 2 on bad usage, says why on stderr, and prints nothing on stdout', () => {
    const usages = [
      [],
      ['nonsense'],
      ['--nonsense'],
      ['check'],
      ['check', '--nonsense', bad],
      ['check', bad, '--format', 'xml'],
      ['check', bad, '--fail-on', 'sometimes'],
      ['report'],
      ['who-can', 's3:GetObject', '*'],
      ['who-can', 'GetObject', '*', bad],
      ['what-can', bad],
      ['escalations'],
    ];
    for (const usage of usages) {
      const { code, out, err } = run(usage);
      expect({ usage, code, out }).toEqual({ usage, code: 2, out: '' });
      expect(err).not.toBe('');
    }
  });

  it('names the values that an option takes', () => {
    expect(run(['check', bad, '--format', 'xml']).err).toMatch(/'xml' is invalid.*text, json, sarif/s);
  });

  it('ends with 3 on a fault of its own, and calls it one', () => {
    const broken = {
      out: () => {
        throw new Error('boom');
      },
    };
    const { code, err } = run(['check', bad], broken);
    expect(code).toBe(3);
    expect(err).toContain('BH9006: boom');
    expect(err).toContain('fault of bulkhead');
    expect(err).not.toContain('main.test.ts');
    expect(run(['check', bad], { ...broken, env: { BULKHEAD_DEBUG: '1' } }).err).toContain('main.test.ts');
  });
});
