import type { ChainSummary, TrailReport } from '../model/trail-report';
import { painter, printable } from './style';
import type { TextStyle } from './style';
import { count } from './summary';
import { tableText } from './table-text';

/** `bulkhead verify-trail` for a terminal: the chains, then what keeps them from being proved. */
export function trailText(
  { source, chains, problems, counts, uncoveredLogs, bytes }: TrailReport,
  style: TextStyle,
): string {
  const paint = painter(style);
  const total = Object.values(counts).reduce((all, each) => all + each, 0);
  const told = problems.map(
    ({ kind, chain, file, message }) =>
      `${paint('red', kind)}  ${printable(file === '' ? chain : file)}\n  ${printable(message)}`,
  );
  const more = total - problems.length;
  const logs = chains.reduce((all, each) => all + each.logs, 0);
  const digests = chains.reduce((all, each) => all + each.digests, 0);
  return [
    `${paint(['bold', 'underline'], `Trail at ${printable(source)}`)}\n`,
    tableText(
      { head: ['Chain', 'From', 'To', 'Digests', 'Empty', 'Log files', 'Begins'], rows: chains.map(row) },
      style,
      { wrap: true },
    ) ?? '',
    ...(told.length === 0 ? [] : [`\n${told.join('\n')}`]),
    ...(more === 0 ? [] : [`  and ${more} more of the same kinds`]),
    ...(uncoveredLogs === 0
      ? []
      : [
          `\nnote: ${count(uncoveredLogs, 'log file')} made before the first digest or after the last: no digest here speaks for them`,
        ]),
    `\n${total === 0 ? paint('green', 'Proved') : paint('red', count(total, 'problem'))}: ${count(digests, 'digest')} and ${count(logs, 'log file')}, ${(bytes / 1e6).toFixed(1)} MB read.\n`,
  ].join('\n');
}

function row({ chain, from, to, digests, emptyDigests, logs, beginsHere }: ChainSummary): readonly string[] {
  return [
    chain,
    from,
    to,
    String(digests),
    String(emptyDigests),
    String(logs),
    beginsHere ? 'here' : 'before what is here',
  ];
}
