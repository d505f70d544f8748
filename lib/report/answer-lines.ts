import type { DecidingStatement, EscalationStep, NamedPrincipal, RequestCondition } from '../model/answers';
import { printable } from './style';

/** `Prod/Orders/Clerk (Clerk1A2B in Prod/Orders)`; the name alone where the rest repeats it. */
export function principalLine({ principal, logicalId, template }: NamedPrincipal): string {
  const at = [logicalId === principal ? undefined : logicalId, template === undefined ? undefined : `in ${template}`];
  const known = at.filter((part) => part !== undefined).join(' ');
  return printable(known === '' ? principal : `${principal} (${known})`);
}

/** `Allow by Prod/Orders/Clerk/Policy, statement 0 "Read" (identity)`. */
export function statementLine(statement: DecidingStatement): string {
  const { effect, layer, policy, place, index, sid } = statement;
  const name = sid === undefined ? '' : ` "${sid}"`;
  const inside = place === policy || /^(?:PolicyDocument|Policy)$/.test(place) ? '' : `, ${place}`;
  return printable(`${effect} by ${policy}${inside}, statement ${index}${name} (${layer})${whereOf(statement)}`);
}

/** ` at t.json:12, made at lib/orders.ts:12:5`; nothing for what is in no template. */
function whereOf({ file, line, source }: DecidingStatement): string {
  if (file === undefined || line === undefined) return '';
  return source === undefined ? ` at ${file}:${line}` : ` at ${file}:${line}, made at ${source}`;
}

/** `aws:multifactorauthpresent Bool true`, or the same after `not`. */
export function conditionLine({ key, operator, values, wanted }: RequestCondition): string {
  return printable(`${wanted === 'fails' ? 'not ' : ''}${key} ${operator} ${values.join(' or ')}`);
}

/** A numbered trace. */
export function stepLines(steps: readonly EscalationStep[], indent: string): readonly string[] {
  return steps.flatMap(({ technique, from, to, because, conditions, statements }, index) => [
    printable(`${indent}${index + 1}. ${from} -> ${to} (${technique})`),
    printable(`${indent}   ${because}`),
    ...conditions.map((each) => `${indent}   if ${conditionLine(each)}`),
    ...[...new Set(statements.map(whereOf).filter((at) => at !== ''))].map((at) => printable(`${indent}  ${at}`)),
  ]);
}
