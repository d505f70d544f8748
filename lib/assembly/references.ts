import { text, unknown } from '../model/value';
import type { Value } from '../model/value';
import { attributeOf, refOf } from './arns';
import { spread } from './choices';
import type { Evaluation } from './evaluation';
import { output } from './imports';
import { parameter } from './parameters';
import { pseudoParameter } from './pseudo-parameters';
import { own, ownString } from './raw';
import { anything, canonical } from './texts';

/** `Ref` of a parameter, a pseudo parameter or a resource. */
export function reference(argument: unknown, at: Evaluation): Value {
  const name = typeof argument === 'string' ? argument : at.resolve(argument);
  if (typeof name !== 'string') return unknown('malformed', 'a Ref to something that is not known');
  if (name.startsWith('AWS::')) return pseudoParameter(name, at.scope);
  if (own(at.scope.parameters, name) !== undefined) return parameter(name, at.scope, at);
  if (at.scope.resource(name) === undefined) return missing(name, at);
  at.touch(at.scope.key(name));
  return refOf(name, at.scope, at);
}

/** `Fn::GetAtt`, as a list or dotted. */
export function attribute(argument: unknown, at: Evaluation): Value {
  const parts = typeof argument === 'string' ? argument.split('.') : argument;
  if (!Array.isArray(parts) || parts.length < 2)
    return unknown('malformed', 'an Fn::GetAtt without resource and attribute');
  const [logicalId, ...path] = parts.map((each) => at.resolve(each));
  if (typeof logicalId !== 'string') return unknown('malformed', 'an Fn::GetAtt of something that is not known');
  if (at.scope.resource(logicalId) === undefined) return missing(logicalId, at);
  at.touch(at.scope.key(logicalId));
  return spread(path, (names) => {
    const name = names.map((each) => canonical(each) ?? '').join('.');
    if (names.some((each) => typeof each !== 'string')) {
      return text([{ ...anything(at.scope.world.fresh(), 'attribute'), resource: at.scope.key(logicalId) }]);
    }
    return nestedOutput(logicalId, name, at) ?? attributeOf(logicalId, name, at.scope, at);
  });
}

/** An output of a nested stack whose template is at hand. */
function nestedOutput(logicalId: string, name: string, at: Evaluation): Value | undefined {
  if (!name.startsWith('Outputs.')) return undefined;
  if (ownString(at.scope.resource(logicalId) ?? {}, 'Type') !== 'AWS::CloudFormation::Stack') return undefined;
  const nested = at.scope.nested.get(logicalId);
  return nested && output(name.slice('Outputs.'.length), nested, at);
}

function missing(name: string, at: Evaluation): Value {
  return at.scope.transformed
    ? unknown('transform', `"${name}", which a transform may add`)
    : unknown('malformed', `"${name}", which the template does not have`);
}
