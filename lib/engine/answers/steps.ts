import type { EscalationStep } from '../../model/answers';
import type { Step } from '../reach/reach';
import { decidingStatement, distinct } from './named';

/** A step in words, with the statements that allow it. */
export function escalationStep({ technique, from, to, because, evidence }: Step): EscalationStep {
  return { technique, from, to, because, statements: distinct(evidence.map(decidingStatement)) };
}

/** The steps of a trace, in words. */
export function escalationSteps(trace: readonly Step[]): readonly EscalationStep[] {
  return trace.map(escalationStep);
}
