import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { Bulkhead, ExceptionRegister } from '../../lib';
import { filledIn } from '../support/filled-in';
import { Repository } from '../support/repository';
import { BAD, files, run } from './support/run';

const NAME = 'bulkhead.exceptions.yaml';
const { 'app.json': app = '' } = files({ 'app.json': JSON.stringify(BAD) });
const ENTRY = filledIn(run(['check', app, '--write-exceptions', 'new.yaml']).written['new.yaml'] ?? '');

/** What a check with a register in this folder says; approved by ada. */
const check = (folder: string, ...more: readonly string[]) =>
  run(['check', app, '--exceptions', join(folder, NAME), '--require-history', ...more]);

describe('bulkhead check --require-history', () => {
  it('holds where somebody else than the approver committed the entry', () => {
    const { code, out } = check(new Repository().commit('bob', NAME, ENTRY).folder);
    expect({ code, isOpen: out.includes('1 finding left open') }).toEqual({ code: 0, isOpen: true });
    expect(out).not.toContain('EXC');
  });

  it('refuses what the approver committed himself', () => {
    const { code, out } = check(new Repository().commit('ada', NAME, ENTRY).folder);
    expect(code).toBe(1);
    expect(out).toMatch(/error Bulkhead-EXC4[\s\S]*`ada@example.com` as approver and, by the git history, as author/);
    expect(out).toContain('Bulkhead-IAM9');
  });

  it('refuses an entry that the approver changed last, such as its end', () => {
    const repository = new Repository().commit('bob', NAME, ENTRY);
    repository.commit('ada', NAME, ENTRY.replace('2027-01-31', '2027-02-10'));
    expect(check(repository.folder)).toMatchObject({ code: 1, out: expect.stringContaining('Bulkhead-EXC4') });
  });

  it.each([
    ['outside of a repository', () => mkdtempSync(join(tmpdir(), 'bulkhead-none-')), 'no git repository'],
    ['before the first commit', () => new Repository().folder, 'not in the git repository'],
    [
      'in a shallow clone',
      () => {
        const origin = new Repository().commit('bob', NAME, ENTRY).commit('bob', 'other', 'x');
        const clone = join(mkdtempSync(join(tmpdir(), 'bulkhead-git-')), 'clone');
        origin.git('clone', '-q', '--depth', '1', pathToFileURL(origin.folder).href, clone);
        return clone;
      },
      'a shallow clone',
    ],
  ])('ends with 1 %s, and opens nothing', (_, folderOf, because) => {
    const folder = folderOf();
    writeFileSync(join(folder, NAME), ENTRY);
    const { code, out } = check(folder);
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`error Bulkhead-EXC4[\\s\\S]*${because}`));
    expect(out).toContain('error Bulkhead-IAM9');
    expect(run(['check', app, '--exceptions', join(folder, NAME)]).code).toBe(0);
  });

  it('is bad usage without a register', () => {
    expect(run(['check', app, '--require-history'])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('BH5018'),
    });
  });

  it('is asked of an ExceptionRegister at synth in the same way', () => {
    const synth = (folder: string, register?: string): string => {
      const construct = new App({ analyticsReporting: false });
      new iam.CfnAccessKey(new Stack(construct, 'Orders'), 'Key', { userName: 'someone' });
      const exceptions =
        register && ExceptionRegister.fromFile(join(folder, NAME), { today: '2026-11-22', requireHistory: true });
      Bulkhead.protect(construct, exceptions ? { exceptions } : {});
      try {
        construct.synth();
        return '';
      } catch (error) {
        if (register === undefined) writeFileSync(join(folder, NAME), entriesOf(construct.outdir));
        return (error as Error).message;
      }
    };
    const entriesOf = (outdir: string): string =>
      filledIn(run(['check', outdir, '--write-exceptions', 'new.yaml']).written['new.yaml'] ?? '');
    const repository = new Repository();
    synth(repository.folder);
    expect(synth(repository.folder, NAME)).toMatch(
      /Bulkhead-EXC4[\s\S]*Bulkhead-IAM9|Bulkhead-IAM9[\s\S]*Bulkhead-EXC4/,
    );
    repository.git('add', '.');
    repository.git(
      '-c',
      'user.name=bob',
      '-c',
      'user.email=bob@example.com',
      '-c',
      'commit.gpgsign=false',
      'commit',
      '-q',
      '-m',
      'c',
    );
    expect(synth(repository.folder, NAME)).toBe('');
  });
});
