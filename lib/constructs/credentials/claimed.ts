import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

const CLAIMED = Symbol.for('cdk-bulkhead.ClaimedByCredentials');

/**
 * Notes that a credential is the only one for something, in the whole app.
 *
 * @param at the credential
 * @param thing an id or ARN; where it is a token, it counts within the stack of `owner`
 * @param owner what has the id
 * @returns the path of the credential that it belongs to already, or `undefined`
 */
export function claim(at: IConstruct, thing: string, owner: IConstruct = at): string | undefined {
  const { root } = at.node;
  const known = (root as { [CLAIMED]?: Map<string, string> })[CLAIMED] ?? new Map<string, string>();
  if (known.size === 0) Object.defineProperty(root, CLAIMED, { value: known, configurable: true });
  const stack = Stack.of(owner);
  const name = Token.isUnresolved(thing) ? `${stack.node.path} ${JSON.stringify(stack.resolve(thing))}` : thing;
  const before = known.get(name);
  if (before === undefined) known.set(name, at.node.path);
  return before;
}
