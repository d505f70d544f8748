import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SeparationOfDuties } from '../lib/constructs/separation/separation-of-duties';
import { BUILT_IN_DUTIES } from '../lib/engine/duties/built-in';

const doc = readFileSync('docs/separation-of-duties.md', 'utf8');

it('the page for auditors names every action of every built-in duty, and every recommended constraint', () => {
  const section = (id: string): string => doc.split(`- **\`${id}\`**`)[1]?.split('\n- **')[0] ?? '';
  for (const { id, description, permissions } of BUILT_IN_DUTIES) {
    expect(section(id)).toContain(description);
    for (const action of permissions.flatMap(({ actions }) => actions)) {
      expect(section(id), `${id} ${action}`).toMatch(new RegExp(`\`(?:[a-z0-9-]+:)?${action.split(':')[1]}\``));
    }
  }
  for (const id of SeparationOfDuties.recommended().constraintIds) expect(doc).toContain(`\`${id}\`: `);
});
