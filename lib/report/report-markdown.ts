import type { LeftOpen } from '../model/left-open';
import type { Separation } from '../model/separation';
import type { WriteOnce } from '../model/write-once';
import { accessGrid, accessTitle } from './access-grid';
import { credentialGrid } from './credential-grid';
import { constraintGrid, dutyGrid } from './duty-grid';
import { findingsMarkdown } from './findings-markdown';
import { leftOpenGrid, leftOpenVerdict } from './left-open-grid';
import { escaped, tableMarkdown } from './markdown';
import type { ReportResult } from './result';
import { roleGrid } from './role-grid';
import { writeOnceGrid, writeOnceVerdict } from './write-once-grid';

/** `bulkhead report --out FILE.md`. */
export function reportMarkdown(result: ReportResult): string {
  const { roles, access, credentials } = result.declared;
  const { separation, writeOnce, leftOpen } = result;
  return `${[
    '# Bulkhead report',
    '## Findings',
    findingsMarkdown(result).trimEnd(),
    ...(leftOpen === undefined ? [] : leftOpenMarkdown(leftOpen)),
    '## Who may call what',
    ...(access.length === 0 ? ['No endpoints were declared.'] : []),
    ...access.flatMap((matrix) => [`### ${escaped(accessTitle(matrix))}`, tableMarkdown(accessGrid(matrix))]),
    '## Who has the keys',
    credentials.length === 0 ? 'No credentials were declared.' : tableMarkdown(credentialGrid(credentials)),
    '## Who is who',
    roles.length === 0 ? 'No roles were declared.' : tableMarkdown(roleGrid(roles)),
    ...(separation === undefined ? [] : separationMarkdown(separation)),
    ...(writeOnce === undefined ? [] : writeOnceMarkdown(writeOnce)),
  ].join('\n\n')}\n`;
}

function separationMarkdown(separation: Separation): readonly string[] {
  const duties = dutyGrid(separation);
  return [
    '## Who has which duty',
    duties.rows.length === 0 ? 'Nobody has any of the duties.' : tableMarkdown(duties),
    '## What must be apart',
    separation.constraints.length === 0
      ? 'No separation of duties was declared.'
      : tableMarkdown(constraintGrid(separation)),
  ];
}

function leftOpenMarkdown(leftOpen: LeftOpen): readonly string[] {
  const grid = leftOpenGrid(leftOpen);
  return [
    '## What is left open',
    leftOpenVerdict(leftOpen).map(escaped).join(' '),
    ...(grid.rows.length === 0 ? [] : [tableMarkdown(grid)]),
  ];
}

function writeOnceMarkdown(writeOnce: WriteOnce): readonly string[] {
  const grid = writeOnceGrid(writeOnce);
  return [
    '## Who can tamper with the audit record',
    escaped(writeOnceVerdict(writeOnce)),
    ...(grid.rows.length === 0 ? [] : [tableMarkdown(grid)]),
  ];
}
