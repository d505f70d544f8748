import type { Stack, Stage } from 'aws-cdk-lib';
import { PRODUCTION } from '../../model/separation';
import { Environment } from './environment';

/** Where a constraint holds. */
export class SeparationScope {
  /** In the whole app: the default. */
  public static app(): SeparationScope {
    return new SeparationScope('the app', '', () => true);
  }

  /** In all stacks of a stage. */
  public static stage(stage: Stage): SeparationScope {
    const { path } = stage.node;
    return new SeparationScope(`stage ${path}`, path, (stack) => isWithin(stack, path));
  }

  /** In one stack, with those nested in it. */
  public static stack(stack: Stack): SeparationScope {
    const { path } = stack.node;
    return new SeparationScope(`stack ${path}`, path, (each) => isWithin(each, path));
  }

  /** In all stacks of an environment. What says of no environment counts as production. */
  public static environment(environment: Environment): SeparationScope {
    const { name } = environment;
    return new SeparationScope(
      `environment ${name}`,
      name,
      (stack) => (Environment._nameFor(stack) ?? PRODUCTION) === name,
    );
  }

  /** The scope in words. */
  public readonly description: string;

  /** Part of the ids of constraints; empty for the app. @internal */
  public readonly _suffix: string;

  private readonly isIn: (stack: Stack) => boolean;

  private constructor(description: string, suffix: string, isIn: (stack: Stack) => boolean) {
    this.description = description;
    this._suffix = suffix;
    this.isIn = isIn;
  }

  /** Whether a stack is in it. @internal */
  public _holds(stack: Stack): boolean {
    return this.isIn(stack);
  }
}

function isWithin(stack: Stack, path: string): boolean {
  return path === '' || stack.node.path === path || stack.node.path.startsWith(`${path}/`);
}
