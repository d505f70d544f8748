import type { EscalationStep } from '../../model/answers';
import type { Step } from '../reach/reach';

/** A step in words. */
export function escalationStep({ technique, from, to, because }: Step): EscalationStep {
  return { technique, from, to, because };
}

/** The steps of a trace, in words. */
export function escalationSteps(trace: readonly Step[]): readonly EscalationStep[] {
  return trace.map(escalationStep);
}
