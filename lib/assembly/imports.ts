import { text, unknown } from '../model/value';
import type { Value } from '../model/value';
import { spread } from './choices';
import type { Evaluation } from './evaluation';
import { isRawMap, own, rawMap } from './raw';
import type { Scope, World } from './scope';
import { causeOf } from './split';
import { anything, canonical } from './texts';

/** An output that a template exports. */
interface Export {
  readonly scope: Scope;
  readonly output: string;
}

const INDEXES = new WeakMap<World, ReadonlyMap<string, readonly Export[]>>();

/** What an output of a template gives; `undefined` where there is no such output. */
export function output(name: string, scope: Scope, at: Evaluation): Value | undefined {
  const declared = own(scope.outputs, name);
  if (!isRawMap(declared)) return undefined;
  return at.memo(
    scope,
    `output ${name}`,
    (fresh) => fresh.resolve(own(declared, 'Value')),
    () => text([anything(scope.world.fresh('an import of which nothing is known'), 'import')]),
  );
}

/** `Fn::ImportValue`: what the template that exports this name gives, where it is at hand, else a hole. */
export function importValue(argument: unknown, at: Evaluation): Value {
  return spread([at.resolve(argument)], ([name]) => {
    const wanted = canonical(name);
    if (wanted === undefined) return unknown('import', 'an import whose name is not known');
    const found = only(exportsOf(at).get(wanted) ?? [], at.scope);
    const value = found && output(found.output, found.scope, at);
    return (
      value ?? text([anything(`${environment(at.scope)}#${wanted.replaceAll('\u0000', '')}`, causeOf(name, 'import'))])
    );
  });
}

/** `Fn::GetStackOutput`: an output of a stack by the stack's name, as CDK writes references that do not bind. */
export function stackOutput(argument: unknown, at: Evaluation): Value {
  const asked = rawMap(argument);
  const [stack, name, region] = ['StackName', 'OutputName', 'Region'].map((key) => at.resolve(own(asked, key)));
  return spread([stack, name, region], ([stackName, outputName, inRegion]) => {
    if (typeof stackName !== 'string' || typeof outputName !== 'string') {
      return unknown('import', 'an output of a stack whose name is not known');
    }
    const candidates = at.scope.world.scopes
      .filter((scope) => scope.stackName === stackName && own(scope.outputs, outputName) !== undefined)
      .filter((scope) => typeof inRegion !== 'string' || scope.region === undefined || scope.region === inRegion)
      .map((scope) => ({ scope, output: outputName }));
    const found = candidates.length === 1 ? candidates[0] : only(candidates, at.scope);
    const value = found && output(found.output, found.scope, at);
    return value ?? text([anything(`${environment(at.scope)}#${stackName}.${outputName}`, 'import')]);
  });
}

/** The export that a template sees: names are unique in an account and region. Two that could be meant are none. */
function only(candidates: readonly Export[], by: Scope): Export | undefined {
  const exact = candidates.filter(({ scope }) => scope.account === by.account && scope.region === by.region);
  if (exact.length > 0) return exact.length === 1 ? exact[0] : undefined;
  const possible = candidates.filter(
    ({ scope }) => mayBeSame(scope.account, by.account) && mayBeSame(scope.region, by.region),
  );
  return possible.length === 1 ? possible[0] : undefined;
}

function mayBeSame(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

function environment({ account, region }: Scope): string {
  return `import ${account ?? ''}/${region ?? ''}`;
}

function exportsOf(at: Evaluation): ReadonlyMap<string, readonly Export[]> {
  const { world } = at.scope;
  const known = INDEXES.get(world);
  if (known !== undefined) return known;
  const index = new Map<string, Export[]>();
  // Set before it is complete: an export's name that depends on an import would look here again.
  INDEXES.set(world, index);
  for (const scope of world.scopes) {
    for (const [name, declared] of Object.entries(scope.outputs)) {
      const exported = own(rawMap(own(rawMap(declared), 'Export')), 'Name');
      if (exported === undefined) continue;
      const value = at.memo(
        scope,
        `export ${name}`,
        (fresh) => fresh.resolve(exported),
        () => unknown('import', 'an export that names itself'),
      );
      const key = canonical(value);
      if (key !== undefined) index.set(key, [...(index.get(key) ?? []), { scope, output: name }]);
    }
  }
  return index;
}
