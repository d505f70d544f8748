import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/private/package-root';
import { CACHE, pinned, pythonEnvironment } from '../../local/python';
import { reasonToSkip } from './scene';

const extension = join(packageRoot(), 'local', 'emulator');
const skipped = reasonToSkip();

describe.skipIf(skipped !== undefined)('the extension of the emulator', () => {
  let python = '';
  const environment = { ...process.env, PYTHONPYCACHEPREFIX: join(CACHE, 'pycache') };

  beforeAll(async () => {
    python = await pythonEnvironment();
  }, 180_000);

  it('names every symbol of ministack that is not there, or is no longer what it was', () => {
    const script = `
import sys
sys.path.insert(0, sys.argv[1])
import ministack.services.secretsmanager as secretsmanager, ministack.services.iam as iam
from ministack.services.cloudformation import provisioners
import symbols
print(symbols.problems(sys.argv[2]))
del secretsmanager._rotate_secret
secretsmanager._get_secret_value = lambda request: None
iam._roles = {}
provisioners._RESOURCE_HANDLERS["AWS::IAM::Role"].pop("update")
for each in symbols.problems(sys.argv[2]): print(each)`;
    const output = execFileSync(python, ['-c', script, extension, pinned('ministack')], {
      encoding: 'utf8',
      env: environment,
    });
    expect(output.trim().split('\n')).toEqual([
      '[]',
      'ministack.services.secretsmanager._get_secret_value takes (request), expected data too',
      'ministack.services.secretsmanager._rotate_secret is not there',
      'ministack.services.iam._roles is not there, or no store by account',
      'ministack does not create, update and delete AWS::IAM::Role',
    ]);
  });

  it('does not start on a ministack that it does not fit', () => {
    const { status, stderr } = spawnSync(python, [extension], {
      encoding: 'utf8',
      env: { ...environment, BULKHEAD_MINISTACK_VERSION: '0.0.0' },
    });
    expect({ status, said: stderr.trim().split('\n') }).toEqual({
      status: 3,
      said: ['the extension does not fit this ministack:', `  ministack is ${pinned('ministack')}, expected 0.0.0`],
    });
  });
});
