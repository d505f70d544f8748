import type { Guard, PolicyDocument, Statement } from '../../model/policy';
import { isAbsent, isChoice, isList, isMap, isText, isUnknown, unknown } from '../../model/value';
import type { MapValue, Text, Unknown, Value } from '../../model/value';
import { parseJsonText } from './json-text';
import { settleDeep, settleTop } from './settle';
import type { Settled } from './settle';
import { parseStatement } from './statement';

/** How many alternatives of one document, list or statement are followed before the answer is unknown. */
const MOST_ALTERNATIVES = 64;

/**
 * Reads a policy document: a map, or JSON in a string. Total: what cannot be read becomes one of `unknowns`.
 * Alternatives of `Fn::If` become statements with guards. `guards` hold for the document as a whole.
 */
export function parsePolicy(value: Value | undefined, guards: readonly Guard[] = []): PolicyDocument {
  const reading = new Reading();
  if (value !== undefined) reading.document({ value, guards }, 0);
  return { statements: reading.statements, unknowns: reading.unknowns };
}

class Reading {
  readonly statements: Statement[] = [];
  readonly unknowns: Unknown[] = [];

  document(source: Settled, depth: number): void {
    for (const { value, guards } of this.alternatives(source, 'the policy document')) {
      if (isAbsent(value)) continue;
      if (isUnknown(value)) this.unknowns.push(value);
      else if (isMap(value)) this.body(value, guards);
      else if ((typeof value === 'string' || isText(value)) && depth === 0) this.json(value, guards);
      else this.malformed(`a policy document that is ${sort(value)}, no map`);
    }
  }

  private json(source: string | Text, guards: readonly Guard[]): void {
    const value = parseJsonText(source);
    if (value !== undefined) this.document({ value, guards }, 1);
    else if (isText(source)) this.unknowns.push(unknown('function', 'a policy document from a text that is not known'));
    else this.malformed('a policy document that is a text, but no JSON');
  }

  private body(document: MapValue, guards: readonly Guard[]): void {
    for (const name of Object.keys(document)) {
      if (!DOCUMENT_KEYS.has(name)) this.malformed(`an unrecognised element "${name}" of a policy document`);
    }
    const list = Object.hasOwn(document, 'Statement') ? document.Statement : undefined;
    for (const source of this.alternatives({ value: list as Value, guards }, '"Statement"')) {
      const { value } = source;
      if (isAbsent(value)) this.malformed('a policy document without "Statement"');
      else if (isList(value))
        value.forEach((each, index) => this.element({ value: each, guards: source.guards }, index));
      else this.element(source, 0);
    }
  }

  private element(source: Settled, index: number): void {
    for (const { value, guards } of this.alternatives(source, `statement ${index}`, settleDeep)) {
      if (isAbsent(value)) continue;
      if (isUnknown(value)) this.unknowns.push(value);
      else if (isMap(value)) this.statement(value, index, guards);
      else this.malformed(`statement ${index} is ${sort(value)}, no map`);
    }
  }

  private statement(source: MapValue, index: number, guards: readonly Guard[]): void {
    const { statement, unknowns } = parseStatement(source, index, guards);
    if (statement !== undefined) this.statements.push(statement);
    this.unknowns.push(...unknowns);
  }

  private alternatives(source: Settled, what: string, settle = settleTop): readonly Settled[] {
    if (settle === settleTop && !isChoice(source.value) && source.guards.length === 0) return [source];
    const found = settle(source, MOST_ALTERNATIVES);
    if (found !== undefined) return found;
    this.unknowns.push(unknown('budget', `${what}: more than ${MOST_ALTERNATIVES} alternatives of conditions`));
    return [];
  }

  private malformed(detail: string): void {
    this.unknowns.push(unknown('malformed', detail));
  }
}

const DOCUMENT_KEYS = new Set(['Version', 'Id', 'Statement']);

/** Says what stands in place of a map, but not its text: it may be a secret in the wrong place. */
function sort(value: Value): string {
  return isList(value) ? 'a list' : isText(value) || typeof value === 'string' ? 'a text' : typeof value;
}
