import type { Escalation } from '../model/answers';
import { principalLine, stepLines } from './answer-lines';
import { painter, printable } from './style';
import type { TextStyle } from './style';
import { count } from './summary';

/** `bulkhead escalations --format text`: by principal, each with its attack step by step. */
export function escalationsText(
  escalations: readonly Escalation[],
  unread: readonly string[],
  style: TextStyle,
): string {
  const paint = painter(style);
  const groups = byPrincipal(escalations).map((group) =>
    [paint('bold', principalLine(group[0])), ...group.flatMap((each) => lines(each, style))].join('\n').concat('\n'),
  );
  const last =
    escalations.length === 0
      ? unread.length === 0
        ? paint('green', 'No escalations.')
        : paint('magenta', 'No escalations in what could be read.')
      : paint('bold', `${count(escalations.length, 'escalation')} of ${count(groups.length, 'principal')}.`);
  const note = unread.map((each) => `note: not read is ${printable(each)}; it may give anybody in it more\n`);
  return [...groups, ...note, `${last}\n`].join('\n');
}

function lines(escalation: Escalation, style: TextStyle): readonly string[] {
  const paint = painter(style);
  const { certainty, steps, unknowns } = escalation;
  const why = unknowns.length === 0 ? '' : `: not known is ${printable(unknowns.join('; '))}`;
  return [
    `  ${paint('red', goal(escalation))}`,
    ...stepLines(steps, '    '),
    ...(certainty === 'possible' ? [`    ${paint('magenta', 'possible')}${why}`] : []),
  ];
}

const POWERS = { use: 'gets to use', read: 'gets to read', disable: 'switches off' } as const;

function goal({ reaches, power }: Escalation): string {
  if (power !== undefined) return printable(`${POWERS[power]} ${reaches}`);
  return reaches === 'admin' ? 'becomes administrator' : printable(`becomes ${reaches}`);
}

function byPrincipal(escalations: readonly Escalation[]): readonly (readonly [Escalation, ...Escalation[]])[] {
  const groups = new Map<string, [Escalation, ...Escalation[]]>();
  for (const each of escalations) {
    const key = JSON.stringify([each.principal, each.logicalId, each.template]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return [...groups.values()];
}
