import type { Becoming, Gain, Permission, PermittedAction, WhatCan } from '../model/answers';
import { conditionLine, principalLine, statementLine, stepLines } from './answer-lines';
import { painter, printable } from './style';
import type { TextStyle } from './style';
import { count } from './summary';

/** How many actions of one level are named; JSON has them all. */
const NAMED = 8;

/** What weighs most comes first. */
const LEVELS = ['permissions', 'write', 'tagging', 'read', 'list'] as const;

/** `bulkhead what-can --format text`. */
export function whatCanText(answer: WhatCan, style: TextStyle): string {
  const paint = painter(style);
  const { services, becomes, gains, admin, unknowns } = answer;
  const parts = [
    `${paint('bold', `What ${principalLine(answer)} can do`)}\n`,
    services.length === 0 ? 'Nothing by its own permissions.\n' : '',
    ...services.map((each) => lines(serviceLines(each, style, ''))),
    admin === undefined
      ? ''
      : lines([paint('red', `administrator${possible(admin.certainty)}`), ...stepLines(admin.steps, '  ')]),
    becomes.length === 0
      ? ''
      : lines([paint(['bold', 'underline'], 'Can become'), ...becomes.flatMap((each) => becoming(each, style))]),
    gains.length === 0
      ? ''
      : lines([paint(['bold', 'underline'], 'Can gain'), ...gains.flatMap((each) => gained(each, style))]),
    unknowns.length === 0
      ? ''
      : lines([paint('magenta', `may be allowed more: not known is ${printable(unknowns.join('; '))}`)]),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function serviceLines(
  { service, permissions }: WhatCan['services'][number],
  style: TextStyle,
  indent: string,
): readonly string[] {
  return [
    painter(style)(['bold', 'underline'], printable(service)),
    ...permissions.flatMap((each) => granted(each, style)),
  ].map((line) => `${indent}${line}`);
}

function gained({ to, certainty, steps, services }: Gain, style: TextStyle): readonly string[] {
  return [
    `  ${painter(style)('bold', `by ${printable(to)}`)}${possible(certainty)}`,
    ...stepLines(steps, '    '),
    ...services.flatMap((each) => serviceLines(each, style, '    ')),
  ];
}

function granted(
  { resource, decision, actions, conditions, statements, unknowns }: Permission,
  style: TextStyle,
): readonly string[] {
  const paint = painter(style);
  const why = unknowns.length === 0 ? '' : `: not known is ${printable(unknowns.join('; '))}`;
  return [
    `  ${printable(resource)}`,
    ...[...LEVELS, undefined].flatMap((level) => levelLine(level, actions)),
    ...statements.map((each) => `    ${statementLine(each)}`),
    ...conditions.map((each) => `    if ${conditionLine(each)}`),
    ...(decision === 'possible' ? [`    ${paint('magenta', 'possible')}${why}`] : []),
  ];
}

function levelLine(level: PermittedAction['level'], actions: readonly PermittedAction[]): readonly string[] {
  const here = actions.filter((each) => each.level === level).map(({ action }) => action.replace(/^[^:]*:/, ''));
  if (here.length === 0) return [];
  const more = here.length > NAMED ? `, and ${count(here.length - NAMED, 'other')}` : '';
  return [printable(`    ${level ?? 'not in the table of actions'}: ${here.slice(0, NAMED).join(', ')}${more}`)];
}

function becoming({ certainty, steps, ...named }: Becoming, style: TextStyle): readonly string[] {
  const paint = painter(style);
  return [`  ${paint('bold', principalLine(named))}${possible(certainty)}`, ...stepLines(steps, '    ')];
}

function possible(certainty: 'certain' | 'possible'): string {
  return certainty === 'possible' ? ' (possible)' : '';
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
