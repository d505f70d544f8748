import type { EscalationStep } from '../../model/answers';
import type { Step } from '../reach/reach';
import { conditionsOf, decidingStatement, distinct } from './named';

/** A step in words, with the statements that allow it and the conditions that have to hold. */
export function escalationStep(step: Step): EscalationStep {
  const { technique, from, to, because, evidence } = step;
  const statements = distinct(evidence.map(decidingStatement));
  return { technique, from, to, because, conditions: conditionsOf(step), statements };
}

/** The steps of a trace, in words. */
export function escalationSteps(trace: readonly Step[]): readonly EscalationStep[] {
  return trace.map(escalationStep);
}
