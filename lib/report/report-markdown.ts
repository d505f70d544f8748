import { accessGrid, accessTitle } from './access-grid';
import { credentialGrid } from './credential-grid';
import { findingsMarkdown } from './findings-markdown';
import { escaped, tableMarkdown } from './markdown';
import type { ReportResult } from './result';
import { roleGrid } from './role-grid';

/** `bulkhead report --out FILE.md`. */
export function reportMarkdown(result: ReportResult): string {
  const { roles, access, credentials } = result.declared;
  return `${[
    '# Bulkhead report',
    '## Findings',
    findingsMarkdown(result).trimEnd(),
    '## Who may call what',
    ...(access.length === 0 ? ['No endpoints were declared.'] : []),
    ...access.flatMap((matrix) => [`### ${escaped(accessTitle(matrix))}`, tableMarkdown(accessGrid(matrix))]),
    '## Who has the keys',
    credentials.length === 0 ? 'No credentials were declared.' : tableMarkdown(credentialGrid(credentials)),
    '## Who is who',
    roles.length === 0 ? 'No roles were declared.' : tableMarkdown(roleGrid(roles)),
  ].join('\n\n')}\n`;
}
