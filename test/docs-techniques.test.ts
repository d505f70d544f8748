import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { NOT_IN_TEMPLATES } from '../lib/engine/reach/not-in-templates';
import { TECHNIQUES } from '../lib/engine/reach/techniques';

it('docs/techniques.md has the table of the code', async () => {
  const { techniquePage } = (await import(join(__dirname, '../scripts/technique-docs.mjs'))) as {
    techniquePage: (techniques: typeof TECHNIQUES, left: typeof NOT_IN_TEMPLATES) => string;
  };
  const committed = readFileSync(join(__dirname, '../docs/techniques.md'), 'utf8');
  expect(committed).toBe(techniquePage(TECHNIQUES, NOT_IN_TEMPLATES));
});
