import type { LeftOpen } from '../model/left-open';
import type { WriteOnce } from '../model/write-once';
import { accessGrid, accessList, accessTitle } from './access-grid';
import { credentialGrid } from './credential-grid';
import { constraintGrid, dutyGrid } from './duty-grid';
import { findingsText } from './findings-text';
import type { Grid } from './grid';
import { leftOpenGrid, leftOpenVerdict } from './left-open-grid';
import type { ReportResult } from './result';
import { roleGrid } from './role-grid';
import { painter, printable } from './style';
import type { TextStyle } from './style';
import { tableText } from './table-text';
import { writeOnceGrid, writeOnceVerdict } from './write-once-grid';

/** `bulkhead report` for a terminal: access matrix, credentials, roles, duties, findings. */
export function reportText(result: ReportResult, style: TextStyle): string {
  const { roles, access, credentials } = result.declared;
  const { separation } = result;
  const duties = separation === undefined ? [] : dutyGrid(separation).rows;
  const paint = painter(style);
  const title = (text: string): string => paint(['bold', 'underline'], printable(text));
  const table = (grid: Grid): string => tableText(grid, style, { wrap: true }) ?? '';
  const matrices = access.map((matrix) =>
    section(
      title(`Who may call ${accessTitle(matrix)}`),
      tableText(accessGrid(matrix), style, { wrap: false }) ?? table(accessList(matrix)),
      matrix.endpoints.some((each) => each.highValue) ? paint('dim', '  ! high value') : '',
    ),
  );
  return [
    ...(matrices.length === 0 ? [section(title('Who may call what'), '  No endpoints were declared.')] : matrices),
    section(
      title('Who has the keys'),
      credentials.length === 0 ? '  No credentials were declared.' : table(credentialGrid(credentials)),
    ),
    section(title('Who is who'), roles.length === 0 ? '  No roles were declared.' : table(roleGrid(roles))),
    ...(separation === undefined
      ? []
      : [
          section(
            title('Who has which duty'),
            duties.length === 0 ? '  Nobody has any of the duties.' : table(dutyGrid(separation)),
          ),
          section(
            title('What must be apart'),
            separation.constraints.length === 0
              ? '  No separation of duties was declared.'
              : table(constraintGrid(separation)),
          ),
        ]),
    ...(result.writeOnce === undefined
      ? []
      : [section(title('Who can tamper with the audit record'), ...writeOnceText(result.writeOnce, table))]),
    ...(result.leftOpen === undefined
      ? []
      : [section(title('What is left open'), ...leftOpenText(result.leftOpen, table))]),
    // What is left open has been told above.
    section(title('Findings'), findingsText({ ...result, excepted: [] }, style).trimEnd()),
  ].join('\n');
}

function section(...parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n')}\n`;
}

function leftOpenText(leftOpen: LeftOpen, table: (grid: Grid) => string): readonly string[] {
  const grid = leftOpenGrid(leftOpen);
  return [
    ...leftOpenVerdict(leftOpen).map((each) => `  ${printable(each)}`),
    grid.rows.length === 0 ? '' : table(grid),
  ];
}

function writeOnceText(writeOnce: WriteOnce, table: (grid: Grid) => string): readonly string[] {
  const grid = writeOnceGrid(writeOnce);
  return [`  ${writeOnceVerdict(writeOnce)}`, grid.rows.length === 0 ? '' : table(grid)];
}
