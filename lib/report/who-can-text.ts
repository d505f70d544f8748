import type { Access, Verdict, WhoCan } from '../model/answers';
import { conditionLine, principalLine, statementLine, stepLines } from './answer-lines';
import { painter, printable } from './style';
import type { Paint, TextStyle } from './style';

const PAINTS: Readonly<Record<Verdict, Paint>> = { granted: 'red', possible: 'magenta', denied: 'green' };

/** `bulkhead who-can --format text`. */
export function whoCanText({ action, resource, note, principals }: WhoCan, style: TextStyle): string {
  const paint = painter(style);
  const section = (verdict: Verdict): string => {
    const here = principals.filter(({ decision }) => decision === verdict);
    if (here.length === 0) return '';
    const lines = verdict === 'denied' ? here.map(deniedLine) : here.flatMap((each) => accessLines(each, style));
    return `${[paint(PAINTS[verdict], verdict), ...lines].join('\n')}\n`;
  };
  const none = principals.every(({ decision }) => decision === 'denied') ? 'Nobody in these templates.\n' : '';
  return [
    `${paint('bold', printable(`Who can ${action} on ${resource}`))}\n`,
    note === undefined ? '' : `note: ${printable(note)}\n`,
    none,
    section('granted'),
    section('possible'),
    section('denied'),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function deniedLine(access: Access): string {
  const { denied, statements } = access;
  const deny = statements.find(({ effect }) => effect === 'Deny');
  const why = deny === undefined ? LACK[denied?.layer ?? 'identity'] : statementLine(deny);
  return `  ${principalLine(access)}: ${why ?? `no Allow (${denied?.layer})`}`;
}

const LACK: Readonly<Record<string, string>> = {
  identity: 'no Allow',
  boundary: 'no Allow in its permissions boundary',
  scp: 'no Allow in the service control policies',
};

function accessLines(access: Access, style: TextStyle): readonly string[] {
  const paint = painter(style);
  const { direct, via, conditions, statements, unknowns } = access;
  const way = direct ? 'may be by its own permissions; and by these steps:' : 'by these steps:';
  return [
    `  ${paint('bold', principalLine(access))}`,
    ...(via.length === 0 ? [] : [`    ${way}`, ...stepLines(via, '      ')]),
    ...statements.map((each) => `    ${statementLine(each)}`),
    ...conditions.map((each) => `    if ${conditionLine(each)}`),
    ...(unknowns.length === 0 ? [] : [`    not known is ${printable(unknowns.join('; '))}`]),
  ];
}
