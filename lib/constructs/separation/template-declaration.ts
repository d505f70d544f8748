import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { INTENT_KEY } from '../../model/intent';
import type { TemplateIntent } from '../../model/separation';

/** Writes into the template of a stack what holds for it as a whole, beside what was written before. */
export function declareForTemplate(stack: Stack, part: Partial<TemplateIntent>): void {
  const { templateOptions } = stack;
  const before = templateOptions.metadata?.[INTENT_KEY] as TemplateIntent | undefined;
  const intent: TemplateIntent = { kind: 'template', constraints: [], duties: [], ...before, ...part };
  templateOptions.metadata = { ...templateOptions.metadata, [INTENT_KEY]: intent };
}

/** What was written for a stack. */
export function declaredFor(stack: Stack): TemplateIntent | undefined {
  return stack.templateOptions.metadata?.[INTENT_KEY] as TemplateIntent | undefined;
}

/** The stacks in a scope, those of its stages and nested ones included. */
export function stacksIn(scope: IConstruct): Stack[] {
  return scope.node.findAll().filter((each): each is Stack => Stack.isStack(each));
}
