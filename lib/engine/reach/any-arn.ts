import type { PolicyText } from '../../model/policy';
import { isText, isUnknown, text } from '../../model/value';
import type { TextPart } from '../../model/value';
import { supportsResources } from '../actions/action-info';
import { patternOf, witness } from '../match/pattern';
import type { Witness } from '../match/pattern';
import type { Principal } from '../world/world';

/** Every resource of the service of an action; `*` where the action takes no resource. */
export function anythingOf(action: string): PolicyText {
  return supportsResources(action) === false ? '*' : `arn:*:${action.split(':')[0]}:*`;
}

/** Whether every resource of a service is meant. */
export function isAnything(resource: PolicyText): boolean {
  return typeof resource === 'string' && /^(?:\*|arn:\*:[^:]*:\*)$/.test(resource);
}

/** Something of a form of which nothing else is known, of some account or, as what AWS provides, of none. */
export function somethingOf(form: PolicyText): readonly PolicyText[] {
  if (isUnknown(form)) return [];
  const shapes = ['region', 'account', 'segment'] as const;
  const made = (withAccount: boolean): PolicyText => {
    let at = 0;
    return text(
      (isText(form) ? form.parts : [form]).flatMap((part): readonly TextPart[] => {
        if (typeof part !== 'string') return [part];
        return part.split(/(\?\*|\*)/).flatMap((piece): readonly TextPart[] => {
          if (piece !== '*' && piece !== '?*') return [piece];
          const shape = shapes[Math.min(at, 2)];
          at += 1;
          return shape === 'account' && !withAccount ? [] : [{ shape, source: `some ${shape} ${at}` }];
        });
      }),
    );
  };
  return [made(true), made(false)];
}

/** In that of the principal: what a form leaves open as `arn:*:`. */
export function inPartitionOf({ arn }: Principal, form: string): PolicyText {
  const [first, second] = isText(arn) ? arn.parts : [isUnknown(arn) ? '' : arn];
  const literal = typeof first === 'string' ? /^arn:([^:]+):/.exec(first)?.[1] : undefined;
  const part = literal ?? (typeof second === 'object' && second.shape === 'partition' ? second : '*');
  return text(['arn:', part, form.slice('arn:*'.length)]);
}

/** A name that a form and a pattern have in common; wildcards stay within their part of the ARN. */
export function inCommon(form: PolicyText, pattern: PolicyText): Witness {
  if (isUnknown(pattern)) return { kind: 'unknown' };
  const own = patternOf(pattern, { segments: 5 });
  return witness({ all: [patternOf(form, { segments: 5 }), ...(pattern === '*' ? [] : [own, own])], none: [] });
}
