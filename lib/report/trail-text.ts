import { unprovedIn } from '../model/trail-report';
import type { AskedOfTrail, ChainSummary, TrailReport } from '../model/trail-report';
import { painter, printable } from './style';
import type { TextStyle } from './style';
import { count } from './summary';
import { tableText } from './table-text';

/** `bulkhead verify-trail` for a terminal: the chains, then what keeps them from being proved. */
export function trailText(
  { source, chains, problems, counts, uncoveredLogs, asked, bytes }: TrailReport,
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
  const unproved = unprovedIn(chains);
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
    ...notSeen(chains, asked).map((each) => `\nnote: ${each}`),
    `\n${total === 0 ? paint('green', 'Proved') : paint('red', count(total, 'problem'))}: ${count(digests - unproved.digests, 'digest')} and ${count(logs - unproved.logs, 'log file')}, ${(bytes / 1e6).toFixed(1)} MB read.\n`,
  ].join('\n');
}

/** What these files cannot tell, and what would. */
function notSeen(chains: readonly ChainSummary[], { since, until, regions }: AskedOfTrail): readonly string[] {
  const bounds = [...(since === undefined ? ['--since'] : []), ...(until === undefined ? ['--until'] : [])];
  const found = [...new Set(chains.map(({ chain }) => chain.split(' ')[1] ?? ''))].sort();
  return [
    ...chains.flatMap(({ chain, to, unprovedEnd }) =>
      unprovedEnd === undefined
        ? []
        : [
            `not proved: ${printable(chain)} from ${unprovedEnd.from} to ${to}, for its newest digest has no signature here, nor ${count(unprovedEnd.logs, 'log file')} that it lists`,
          ],
    ),
    ...(bounds.length === 0
      ? []
      : [`without \`${bounds.join('` and `')}\` it is not seen whether the ${ends(bounds)} digests were taken away`]),
    ...(regions === undefined
      ? [
          `without \`--regions\` it is not seen whether a region was taken away whole; here ${found.length === 1 ? 'is' : 'are'} ${found.join(', ')}`,
        ]
      : []),
  ];
}

function ends(bounds: readonly string[]): string {
  if (bounds.length === 2) return 'oldest or newest';
  return bounds[0] === '--since' ? 'oldest' : 'newest';
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
