import { Aspects, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { PRODUCTION } from '../../model/separation';
import { misuse } from '../../private/errors';
import { declareForTemplate } from './template-declaration';

const ENVIRONMENT = Symbol.for('cdk-bulkhead.environment');

/** Which environment a stage or a stack belongs to. */
export class Environment {
  /** Where people and keys of other environments have no business. */
  public static readonly PRODUCTION = new Environment(PRODUCTION);
  /** Where code is tried before it goes to production; kept out of production like development. */
  public static readonly STAGING = new Environment('staging');
  /** Where code is written. */
  public static readonly DEVELOPMENT = new Environment('development');

  /**
   * Another environment that is not production.
   *
   * @param name of lower-case letters, digits and hyphens
   * @throws BH5032 where the name is malformed
   */
  public static of(name: string): Environment {
    if (/^[a-z][a-z0-9-]{0,62}$/.test(name)) return new Environment(name);
    throw misuse('Environment.of', {
      code: 'BH5032',
      what: `\`${name}\` is no name of an environment`,
      mend: 'use up to 63 lower-case letters, digits and hyphens',
    });
  }

  /** The name. */
  public readonly name: string;

  private constructor(name: string) {
    this.name = name;
  }

  /**
   * Says that a stage or a stack, with all in it, belongs to this environment. What says nothing counts as production:
   * constraints for production hold there, but it is not kept out of production.
   *
   * @throws BH5033 where it belongs to another environment already
   */
  public holds(scope: IConstruct): void {
    const marked = scope as IConstruct & { [ENVIRONMENT]?: string };
    if (marked[ENVIRONMENT] === this.name) return;
    if (marked[ENVIRONMENT] !== undefined) {
      throw misuse(scope, {
        code: 'BH5033',
        what: `belongs to \`${marked[ENVIRONMENT]}\` already, got \`${this.name}\``,
        why: 'a stage is in one environment',
        mend: 'say it once',
      });
    }
    Object.defineProperty(marked, ENVIRONMENT, { value: this.name });
    const { name } = this;
    Aspects.of(scope).add({
      visit: (node: IConstruct) => {
        if (Stack.isStack(node)) declareForTemplate(node, { environment: name });
      },
    });
  }

  /** The name of the environment that a stack belongs to: said of itself, or of what it stands in. @internal */
  public static _nameFor(stack: IConstruct): string | undefined {
    return stack.node.scopes
      .map((each) => (each as IConstruct & { [ENVIRONMENT]?: string })[ENVIRONMENT])
      .filter((each) => each !== undefined)
      .at(-1);
  }
}
