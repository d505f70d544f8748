import type { PolicyText, Statement } from '../../model/policy';
import { isUnknown } from '../../model/value';
import { actionMayMatch, actionMustMatch } from '../match/action-pattern';
import { matches } from '../match/glob';
import { ResourcePatterns } from '../match/resource-patterns';
import { TextPattern, anyOf, not } from '../match/symbolic';
import type { Tri } from '../match/symbolic';
import { fillVariables, hasVariables } from '../conditions/variables';
import type { Lookup } from '../conditions/known';
import type { SourcedPolicy } from '../world/world';

/** A statement prepared for many questions. */
export class CompiledStatement {
  private readonly exactActions: ReadonlySet<string>;
  private readonly actionGlobs: readonly string[];
  private readonly otherActions: readonly PolicyText[];
  private readonly resources: ResourcePatterns;
  /** Resources with policy variables. */
  private readonly variableResources: readonly PolicyText[];

  constructor(
    readonly statement: Statement,
    readonly policy: SourcedPolicy,
  ) {
    const actions = statement.actions.patterns;
    const literal = actions
      .filter((each): each is string => typeof each === 'string')
      .map((each) => each.toLowerCase());
    this.exactActions = new Set(literal.filter((each) => !/[*?]/.test(each)));
    this.actionGlobs = literal.filter((each) => /[*?]/.test(each));
    this.otherActions = actions.filter((each) => typeof each !== 'string');
    const resources = statement.resources?.patterns ?? [];
    this.resources = new ResourcePatterns(resources.filter((each) => !hasVariables(each)));
    this.variableResources = resources.filter(hasVariables);
  }

  /** Whether what it says of resources depends on more than the resource. */
  get hasVariables(): boolean {
    return this.variableResources.length > 0;
  }

  /** `action` in lower case. */
  matchesAction(action: string): Tri {
    const found =
      this.exactActions.has(action) || this.actionGlobs.some((each) => matches(each.replaceAll('$', '\0'), action))
        ? 'yes'
        : anyOf(this.otherActions.map((each) => matchesOtherAction(each, action)));
    return this.statement.actions.negated ? not(found) : found;
  }

  /** A statement without resources, as in a trust policy, is about the one resource that has it. */
  matchesResource(resource: PolicyText, form: string, lookup: Lookup): Tri {
    const { resources: matcher } = this.statement;
    if (matcher === undefined) return 'yes';
    let found = this.resources.match(resource, form);
    if (found !== 'yes' && this.variableResources.length > 0) {
      found = anyOf([
        found,
        ...this.variableResources.map((each) => matchesVariable(each, resource, form, lookup, matcher.negated)),
      ]);
    }
    return matcher.negated ? not(found) : found;
  }
}

function matchesOtherAction(pattern: PolicyText, action: string): Tri {
  if (isUnknown(pattern)) return 'maybe';
  if (actionMustMatch(pattern, action)) return 'yes';
  return actionMayMatch(pattern, action) ? 'maybe' : 'no';
}

function matchesVariable(
  pattern: PolicyText,
  resource: PolicyText,
  form: string,
  lookup: Lookup,
  negated: boolean,
): Tri {
  const filled = fillVariables(pattern, lookup);
  // Of a variable without a value AWS says that the statement may be invalid: NotResource then excludes all, or nothing.
  if (filled === 'absent') return negated ? 'maybe' : 'no';
  if (filled !== 'open') return new TextPattern(filled.text).match(resource, form, 'resource');
  return new TextPattern(pattern).match(resource, form, 'resource') === 'no' ? 'no' : 'maybe';
}

/** A statement that may concern an action. */
export interface Hit {
  readonly compiled: CompiledStatement;
  readonly action: Tri;
}

const compiledPolicies = new WeakMap<SourcedPolicy, readonly CompiledStatement[]>();

export function compile(policy: SourcedPolicy): readonly CompiledStatement[] {
  let known = compiledPolicies.get(policy);
  if (known === undefined) {
    known = policy.document.statements.map((statement) => new CompiledStatement(statement, policy));
    compiledPolicies.set(policy, known);
  }
  return known;
}

const NONE: readonly SourcedPolicy[] = [];
const hitsByAction = new WeakMap<readonly SourcedPolicy[], Map<string, readonly Hit[]>>();

/** The statements of some policies that may concern an action, in lower case. Asked once for each list and action. */
export function hitsOf(policies: readonly SourcedPolicy[] = NONE, action: string): readonly Hit[] {
  let known = hitsByAction.get(policies);
  if (known === undefined) hitsByAction.set(policies, (known = new Map()));
  let hits = known.get(action);
  if (hits === undefined) {
    hits = policies.flatMap(compile).flatMap((compiled): readonly Hit[] => {
      const tri = compiled.matchesAction(action);
      return tri === 'no' ? [] : [{ compiled, action: tri }];
    });
    known.set(action, hits);
  }
  return hits;
}
