import * as iam from 'aws-cdk-lib/aws-iam';
import type { IResolveContext } from 'aws-cdk-lib';

const DEFERRED = Symbol.for('cdk-bulkhead.DeferredPolicyDocument');

/**
 * A policy document whose statements are asked for when the template is written, so that what is declared after the
 * policy was created still enters it. Statements added by hand come behind them; `produce` is told of them.
 */
export class DeferredPolicyDocument extends iam.PolicyDocument {
  /** Whether a document is one of these. Works across copies of the library. */
  public static isDeferred(x: object): x is DeferredPolicyDocument {
    return DEFERRED in x;
  }

  private readonly added: iam.PolicyStatement[] = [];

  constructor(private readonly produce: (added: readonly iam.PolicyStatement[]) => iam.PolicyStatement[]) {
    super();
    Object.defineProperty(this, DEFERRED, { value: true });
  }

  /** Never: an empty document would be left out of the template without a word. */
  public override get isEmpty(): boolean {
    return false;
  }

  public override get statementCount(): number {
    return this.current().statementCount;
  }

  public override addStatements(...statements: iam.PolicyStatement[]): void {
    // The base class calls this from its constructor, before `added` is there.
    if (statements.length > 0) this.added.push(...statements);
  }

  public override resolve(context: IResolveContext): any {
    return this.current().resolve(context);
  }

  public override toJSON(): any {
    return this.current().toJSON();
  }

  public override validateForIdentityPolicy(): string[] {
    return this.current().validateForIdentityPolicy();
  }

  private current(): iam.PolicyDocument {
    // Statements that differ in one list only are merged: the limits are in characters.
    return new iam.PolicyDocument({ statements: [...this.produce(this.added), ...this.added], minimize: true });
  }
}
