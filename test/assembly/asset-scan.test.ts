import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assetHitsOf } from '../../lib/assembly/asset-scan';
import { readInputs, sourcesFromValidation } from '../../lib/assembly/read';
import { snapshotOf } from '../../lib/assembly/snapshot';
import type { TemplateView } from '../../lib/assembly/template-view';
import { sec4 } from '../../lib/rules/credentials/sec4-plain-text-secret';
import { runRules } from '../../lib/rules/run-rules';

// Put together here, so that no scanner takes this file for a leak.
const GITHUB = `ghp_${'a1B2'.repeat(9)}`;
const URL = ['https://user:Sup3rS3cret', 'host.com/x'].join('@');
const HASH = 'a1b2c3d4'.repeat(8);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-assets-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: unknown): void {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
}

const FUNCTION = {
  Type: 'AWS::Lambda::Function',
  Properties: { Role: 'arn:aws:iam::111122223333:role/x', Code: { S3Bucket: 'assets', S3Key: `${HASH}.zip` } },
};

/** An assembly with one stack and one asset; in a stage, both a folder deeper and the asset beside it. */
function assembly(files: Readonly<Record<string, string | Buffer>>, { inStage = false, path = `asset.${HASH}` } = {}) {
  const stage = inStage ? 'assembly-Prod/' : '';
  if (inStage) {
    const properties = { directoryName: 'assembly-Prod' };
    write('manifest.json', { version: '1', artifacts: { Prod: { type: 'cdk:cloud-assembly', properties } } });
  }
  write(`${stage}manifest.json`, {
    version: '1',
    artifacts: {
      'Orders.assets': { type: 'cdk:asset-manifest', properties: { file: 'Orders.assets.json' } },
      'Orders': {
        type: 'aws:cloudformation:stack',
        environment: 'aws://111122223333/eu-west-1',
        properties: { templateFile: 'Orders.template.json' },
      },
    },
  });
  write(`${stage}Orders.assets.json`, {
    files: { [HASH]: { source: { path: inStage ? `../${path}` : path, packaging: 'zip' }, destinations: {} } },
  });
  write(`${stage}Orders.template.json`, { Resources: { Other: FUNCTION_ELSEWHERE, Fn: FUNCTION } });
  for (const [name, content] of Object.entries(files)) write(`${path}/${name}`, content);
}
const FUNCTION_ELSEWHERE = { ...FUNCTION, Properties: { ...FUNCTION.Properties, Code: { S3Key: 'other.zip' } } };

function hits() {
  const read = readInputs([folder]);
  if (!read.ok) throw new Error(read.problems.map(({ reason }) => reason).join());
  return snapshotOf(read.sources).secretHits;
}
const places = () => hits().map(({ resource, place, looksLike }) => `${resource?.logicalId} ${place}: ${looksLike}`);

describe('the scan of the files of an assembly', () => {
  it('finds what is called a password in scripts and settings, not in what was installed or bundled', () => {
    const plain = ['Sup3r', 'S3cret9x'].join('');
    assembly({
      'index.py': `PASSWORD = "${plain}"\n`,
      'config/db.json': `{"db":{"password":"${plain}"}}`,
      'config.yaml': `password: ${plain}\n`,
      'bundle.js': `const password="${plain}";`,
      'clean.py': 'PASSWORD = os.environ["PASSWORD"]\n',
      'messages.json': '{"password":"Passwort"}',
      'pymysql/__init__.py': '',
      'pymysql/tests.py': `connect(password="${plain}")\n`,
      'PyMySQL-1.1.0.dist-info/METADATA': 'Name: PyMySQL',
      'python/lib/site-packages/x.py': `password = "${plain}"\n`,
    });
    expect(places()).toEqual([
      'Fn file config/db.json: plain text in the variable "password"',
      'Fn file config.yaml: plain text in the variable "password"',
      'Fn file index.py: plain text in the variable "PASSWORD"',
    ]);
  });

  it('finds a token at the resource that deploys the file, and does not repeat it', () => {
    assembly({ 'src/config.js': `// 1\nmodule.exports = { token: "${GITHUB}" };\n` });
    expect(places()).toEqual(['Fn file src/config.js, from line 1: GitHub token']);
    const read = readInputs([folder]);
    const findings = runRules(snapshotOf(read.ok ? read.sources : []), [sec4]);
    expect(findings).toMatchObject([{ logicalId: 'Fn', certainty: 'certain' }]);
    expect(JSON.stringify(findings)).not.toContain(GITHUB);
  });

  it('finds what other scanners of files find', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    assembly({
      'a.txt': URL,
      'b.pem': privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      'credentials': `[default]\naws_secret_access_key = ${['wJalrXUtnFEMI', 'K7MDENG', 'bPxRfiCYzz12345678'].join('/')}\n`,
      '.npmrc': `//registry.example.com/:_authToken=${'0a1b2c3d'.repeat(5)}\n`,
      '.env': 'DB_PASSWORD=hunter2hunter2\nDB_HOST=db.internal\n',
    });
    expect(places().sort()).toEqual([
      'Fn file .env: plain text in the variable "DB_PASSWORD"',
      'Fn file .npmrc: npm token',
      'Fn file a.txt, from line 1: password in a URL',
      'Fn file b.pem, from line 1: private key',
      'Fn file credentials, from line 1: AWS secret access key',
    ]);
  });

  it('says no more than where it looked: packages of others, what is packed, and links are left alone', () => {
    assembly({
      'node_modules/x/index.js': GITHUB,
      'layer.zip': GITHUB,
      'native': Buffer.concat([Buffer.from([0x7f, 0x45, 0]), Buffer.from(GITHUB)]),
    });
    write('outside.txt', GITHUB);
    symlinkSync(join(folder, 'outside.txt'), join(folder, `asset.${HASH}`, 'link.txt'));
    expect(places()).toEqual([]);
  });

  it.each([
    ['minified code', 'var SG={a:1};SG.prototype.x=task-1;a.secretKey=b;xo=npm_config;'],
    ['a URL that says where a password goes', 'https://user:password@proxy.internal:8080 http://a:b@localhost/'],
    ['what parses keys', 'if (x === "-----BEGIN PRIVATE KEY-----" || y) {}'],
    ['the key of the documentation', `id ${['AKIA', 'IOSFODNN7EXAMPLE'].join('')}`],
  ])('does not take for a secret: %s', (_, text) => {
    assembly({ 'index.js': text });
    expect(places()).toEqual([]);
  });

  it('finds the asset of a stage in the folder above it', () => {
    assembly({ 'index.js': GITHUB }, { inStage: true });
    expect(places()).toEqual(['Fn file index.js, from line 1: GitHub token']);
  });

  it('reads nothing that the CDK did not copy into the assembly', () => {
    assembly({ 'index.js': GITHUB }, { path: 'source' });
    expect(places()).toEqual([]);
  });

  it('works at synth, where the plugin is handed single templates', () => {
    assembly({ 'index.js': GITHUB });
    const read = sourcesFromValidation([
      { stackConstructPath: 'Orders', templatePath: join(folder, 'Orders.template.json') },
    ]);
    expect(snapshotOf(read.ok ? read.sources : []).secretHits).toHaveLength(1);
  });

  it('says which file was too large, and that there were too many, once', () => {
    assembly({ 'a.js': 'x'.repeat(50), 'b.js': 'x', 'c.js': 'x', 'd.js': 'x' });
    const read = readInputs([folder]);
    const sources = read.ok ? read.sources : [];
    const template = snapshotOf(sources).templates[0] as TemplateView;
    const found = (limits: Parameters<typeof assetHitsOf>[1]) =>
      assetHitsOf([{ template, assets: sources[0]?.assets ?? [] }], limits).map(({ place, unread }) => [place, unread]);
    const limits = { bytesOfAFile: 100, bytes: 1000, files: 10 };
    expect(found(limits)).toEqual([]);
    expect(found({ ...limits, bytesOfAFile: 10 })).toEqual([['file a.js', true]]);
    expect(found({ ...limits, files: 2 })).toEqual([['file c.js', true]]);
  });

  it('calls it possible where a file was not searched', () => {
    assembly({ 'a.js': 'x'.repeat(9 * 2 ** 20) });
    const read = readInputs([folder]);
    const findings = runRules(snapshotOf(read.ok ? read.sources : []), [sec4]);
    expect(findings).toMatchObject([{ logicalId: 'Fn', certainty: 'possible', unknowns: ['file a.js: too large'] }]);
  });
});
