import type { World } from '../world/world';
import type { Caller } from './caller';
import type { Question } from './decision';
import type { Answer } from './literal';
import { decideLiteral } from './literal';

export function decidePattern(question: Question, caller: Caller, world: World): Answer {
  return decideLiteral(question, String(question.action), question.resource, caller, world);
}
