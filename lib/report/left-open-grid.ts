import type { LeftOpen } from '../model/left-open';
import type { Grid } from './grid';
import { count } from './summary';

/** In sentences: how much is left open, and what that is known from. */
export function leftOpenVerdict({ register, evidence, findings }: LeftOpen): readonly string[] {
  const of = (which: string): number => findings.filter(({ by }) => by === which).length;
  const isKnown = register !== undefined || evidence.some(({ differences }) => differences.length === 0);
  const amount = `${count(of('exception'), 'exception')} and ${count(of('acknowledgement'), 'acknowledgement')}`;
  return [
    isKnown
      ? `Left open are ${count(findings.length, 'finding')}, by ${amount}.`
      : 'Not known: no register was given, and no evidence that agrees with the templates lies beside them.',
    ...(register === undefined ? [] : [`Exceptions are those of ${register}, as they hold on the day of this report.`]),
    ...evidence.map(({ file, date = '', seal = '', differences }) =>
      differences.length === 0
        ? `Evidence of ${date}: ${file}, seal ${seal}.`
        : `Nothing was taken from ${file}: ${differences.join('; ')}.`,
    ),
    ...(register !== undefined && evidence.length === 0
      ? ['Of acknowledgements nothing is known: no evidence lies beside the templates.']
      : []),
    ...(of('acknowledgement') === 0 && (register !== undefined || of('exception') === 0)
      ? []
      : ['What no register given here opens stands among the findings of this report, too.']),
  ];
}

/** Who left what open, until when and why. */
export function leftOpenGrid({ findings }: LeftOpen): Grid {
  return {
    head: ['Rule', 'Where', 'Left open by', 'Until', 'Owner', 'Approved by', 'Written by', 'Ticket', 'Reason'],
    rows: findings.map(({ rule, path, principal, by, at, expiresOn, owner, approver, author, ticket, reason }) => [
      rule,
      principal === undefined || principal === path ? path : `${path}, of ${principal}`,
      `${by} at ${at}`,
      expiresOn ?? 'no end',
      owner ?? 'nobody',
      approver ?? 'nobody',
      author ?? '',
      ticket ?? '',
      reason.trim() === '' ? 'none given' : reason,
    ]),
  };
}
