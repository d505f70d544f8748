import type { PolicyDocument, PolicyText, Statement } from '../../model/policy';
import { show } from '../../model/read';
import { isKnownRequest } from '../answers/known-request';
import { decide } from '../decide/decide';
import type { Decision, ExternalPrincipal } from '../decide/decision';
import type { Principal } from '../world/world';
import { atomsOf } from './canonical-document';
import { ALL, asDeny, asAllow, strangersIn } from './asked-of';
import { roleWith, worldAround } from './lone-world';
import type { PolicyHolder } from './lone-world';

/** A request that one document lets through and the other does not. */
export interface ChangeExample {
  /** An ARN, a service, or `everyone`. Absent where a policy of a principal was compared. */
  readonly principal?: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys that it takes. */
  readonly context: Readonly<Record<string, string>>;
}

/** What became of a policy. `changed`: it says something else, and no request was found that is decided otherwise. */
export interface PolicyChange {
  readonly sort: 'widened' | 'narrowed' | 'changed';
  /** Whether the example is let through by one and not by the other, for sure. */
  readonly certain: boolean;
  readonly example?: ChangeExample;
}

/** Past so many questions for one direction the answer is that it changed. */
const MOST_QUESTIONS = 150;

/**
 * What changed from one document to the other, by what they mean: nothing where they say the same, else whether requests
 * became possible, and whether some became impossible, each with an example. Nothing for sure, too, where a policy of a
 * principal is proved to decide every request alike.
 */
export function policyChanges(
  before: PolicyDocument,
  after: PolicyDocument,
  holder: PolicyHolder,
): readonly PolicyChange[] {
  const [old, young] = [atomsOf(before), atomsOf(after)];
  const gone = [...old].flatMap(([key, each]) => (young.has(key) ? [] : [each]));
  const added = [...young].flatMap(([key, each]) => (old.has(key) ? [] : [each]));
  const isRead = before.unknowns.length === 0 && after.unknowns.length === 0;
  if (isRead && gone.length === 0 && added.length === 0) return [];
  const wider = new Beyond(after, before, added, gone, holder).find();
  const narrower = new Beyond(before, after, gone, added, holder).find();
  const changes: PolicyChange[] = [];
  if (typeof wider === 'object') changes.push({ sort: 'widened', ...wider });
  if (typeof narrower === 'object') changes.push({ sort: 'narrowed', ...narrower });
  if (changes.length > 0) return changes;
  const isProved = isRead && holder.kind === 'identity' && wider === 'none' && narrower === 'none';
  return isProved ? [] : [{ sort: 'changed', certain: false }];
}

type Found = Omit<PolicyChange, 'sort'>;

/**
 * What one document lets through beyond the other: what an Allow of its own allows and no Allow of the other does, and
 * what only a Deny of the other keeps out. The other's Allows are turned into Denies, its Deny into a boundary, so that
 * the engine answers both as questions about one policy, conditions included.
 */
class Beyond {
  private left = MOST_QUESTIONS;

  constructor(
    private readonly one: PolicyDocument,
    private readonly other: PolicyDocument,
    private readonly ownAllows: readonly Statement[],
    private readonly othersDenies: readonly Statement[],
    private readonly holder: PolicyHolder,
  ) {}

  /** `none` where there is nothing for sure, `unknown` where there were too many questions. */
  find(): Found | 'none' | 'unknown' {
    let possible: Found | undefined;
    for (const { certain, example } of this.answers()) {
      if (certain) return { certain, ...(example === undefined ? {} : { example }) };
      possible ??= { certain, ...(example === undefined ? {} : { example }) };
    }
    return possible ?? (this.left <= 0 ? 'unknown' : 'none');
  }

  private *answers(): Generator<Found> {
    const othersAllows = this.other.statements.filter(({ effect }) => effect === 'Allow').map(asDeny);
    const added: PolicyDocument = { ...this.one, statements: [...this.one.statements, ...othersAllows] };
    for (const each of this.ownAllows) if (each.effect === 'Allow') yield* this.ask(each, added, undefined);
    for (const each of this.othersDenies) if (each.effect === 'Deny') yield* this.ask(each, this.one, asAllow(each));
  }

  private *ask(about: Statement, document: PolicyDocument, within: Statement | undefined): Generator<Found> {
    for (const who of this.askers(about, within !== undefined)) {
      const { world, principal } = worldAround(this.holder, document, who, within);
      for (const action of patterns(about.actions)) {
        for (const resource of patterns(about.resources ?? ALL)) {
          this.left -= 1;
          if (this.left <= 0) return;
          const asked = resource === '*' && this.holder.kind !== 'identity' ? this.holder.arn : resource;
          const decision = decide({ principal, action, resource: asked }, world);
          if (!decision.may) continue;
          // Nothing is known of the own side of a stranger, so that the boundary that stands for a Deny cannot hold it.
          if (within !== undefined && !('policies' in principal)) continue;
          const certain = decision.must && (typeof action !== 'string' || isKnownRequest(action, asked));
          yield { certain, example: exampleOf(decision, this.nameOf(principal), action, asked) };
        }
      }
    }
  }

  /** Who is asked about: the principal itself, or whom the statement of a policy on a resource names. */
  private askers(about: Statement, isAboutDeny: boolean): readonly (Principal | ExternalPrincipal)[] {
    const { holder } = this;
    if (holder.kind === 'identity') return [roleWith(holder.arn, holder.account, [])];
    return strangersIn([about, ...this.one.statements, ...this.other.statements], about, holder, isAboutDeny);
  }

  private nameOf(principal: Principal | ExternalPrincipal): string | undefined {
    if (this.holder.kind === 'identity') return undefined;
    switch (principal.kind) {
      case 'service':
        return principal.service;
      case 'federated':
        return show(principal.provider);
      case 'anonymous':
        return 'everyone';
      default:
        return show(principal.arn);
    }
  }
}

function patterns({ negated, patterns: all }: { readonly negated: boolean; readonly patterns: readonly PolicyText[] }) {
  return negated ? ['*'] : all;
}

function exampleOf(
  { witness }: Decision,
  principal: string | undefined,
  action: PolicyText,
  resource: PolicyText,
): ChangeExample {
  const context = Object.entries(witness?.context ?? {}).map(([key, value]): [string, string] => [
    key,
    Array.isArray(value) ? value.map((each) => show(each as PolicyText)).join(', ') : show(value as PolicyText),
  ]);
  return {
    ...(principal === undefined ? {} : { principal }),
    action: witness?.action ?? show(action),
    resource: show(witness?.resource ?? resource),
    context: Object.fromEntries(context),
  };
}
