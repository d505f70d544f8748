// What is deployed to an emulator, and decided by our own guard in front of it: not by AWS. See docs/local.md.
import { afterAll, beforeAll, describe } from 'vitest';
import { access } from './on-the-emulator/access';
import { attacks } from './on-the-emulator/attacks';
import { audit } from './on-the-emulator/audit';
import { everyKind, theEnd } from './on-the-emulator/every-kind';
import { host } from './on-the-emulator/host';
import { readers } from './on-the-emulator/readers';
import { rotation } from './on-the-emulator/rotation';
import { trust } from './on-the-emulator/trust';
import { openScene, reasonToSkip } from './scene';
import type { Scene } from './scene';

const skipped = reasonToSkip();
if (skipped !== undefined) console.warn(`\n  !! SKIPPED: all tests on the emulator. ${skipped}\n`);

describe.skipIf(skipped !== undefined)('the example, deployed to an emulator', () => {
  let opened: Awaited<ReturnType<typeof openScene>> | undefined;
  const scene = (): Scene => {
    if (opened === undefined) throw new Error('the emulator has not started');
    return opened;
  };

  beforeAll(async () => {
    opened = await openScene();
  }, 180_000);

  afterAll(async () => {
    await opened?.close();
  });

  host(scene);
  access(scene);
  attacks(scene);
  trust(scene);
  readers(scene);
  everyKind(scene);
  rotation(scene);
  // These leave things behind: trails that are stopped, and credentials that have ended.
  audit(scene);
  theEnd(scene);
});
