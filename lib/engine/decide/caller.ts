import type { PolicyText, PrincipalMatcher, Statement } from '../../model/policy';
import { holes, show } from '../../model/read';
import { isText, isUnknown, text } from '../../model/value';
import type { TextPart } from '../../model/value';
import { TextPattern, allOf, anyOf, canonical, isExact, not, sameText } from '../match/symbolic';
import type { Tri } from '../match/symbolic';
import { accountOfArn } from '../world/principals';
import type { Principal } from '../world/world';
import type { ExternalPrincipal, SessionFacts } from './decision';

/**
 * As whom a resource policy names a caller: its account, its role or user, the session itself, or everyone. IAM treats
 * these differently: an account only hands the decision on, and a session is beyond boundaries.
 */
export interface NamedAs {
  readonly account: Tri;
  readonly entity: Tri;
  readonly direct: Tri;
  readonly anyone: Tri;
}

const NOBODY: NamedAs = { account: 'no', entity: 'no', direct: 'no', anyone: 'no' };

/** Who asks. */
export class Caller {
  readonly principal?: Principal;
  readonly kind: 'role' | 'user' | 'arn' | 'service' | 'federated' | 'anonymous';
  readonly arn?: PolicyText;
  readonly account?: PolicyText;
  private readonly named = new Map<Statement, NamedAs>();
  private readonly entries = new Map<string, { readonly as: keyof NamedAs; readonly tri: Tri }>();

  constructor(
    readonly who: Principal | ExternalPrincipal,
    readonly session: SessionFacts = {},
  ) {
    this.kind = who.kind;
    if (who.kind === 'role' || who.kind === 'user') {
      this.principal = who;
      this.arn = who.arn;
      this.account = who.account;
    } else if (who.kind === 'arn') {
      this.arn = who.arn;
      const account = who.account ?? accountOfArn(who.arn);
      if (account !== undefined) this.account = account;
    }
  }

  /** Whether what it may do on its own side is in the templates. */
  get isOurs(): boolean {
    return this.principal !== undefined;
  }

  /** Whom a statement of a resource or trust policy names. Asked once for each statement. */
  namedIn(statement: Statement): NamedAs {
    let known = this.named.get(statement);
    if (known === undefined) {
      known = statement.principals === undefined ? { ...NOBODY, anyone: 'maybe' } : this.match(statement.principals);
      this.named.set(statement, known);
    }
    return known;
  }

  private match({ negated, entries }: PrincipalMatcher): NamedAs {
    const found: Record<keyof NamedAs, Tri> = { ...NOBODY };
    for (const { kind, value } of entries) {
      const { as, tri } = this.entry(kind, value);
      found[as] = anyOf([found[as], tri]);
    }
    return negated ? { ...NOBODY, anyone: this.spared(found, entries) } : found;
  }

  /**
   * Whether `NotPrincipal` concerns the caller. To be left alone, an account, a role and its session must be listed;
   * of what is listed only in part it is not said. An account beside one of its principals is listed for that one alone.
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
   */
  private spared({ account, entity, direct, anyone }: NamedAs, entries: PrincipalMatcher['entries']): Tri {
    const isSession = this.kind === 'role' || (this.kind === 'arn' && !/:user\//.test(show(this.arn ?? '')));
    const whole = anyOf([anyone, allOf(isSession ? [direct, entity, account] : [direct, account])]);
    if (whole === 'yes') return 'no';
    if (this.kind === 'service' || this.kind === 'federated') return not(anyOf([direct, anyone]));
    const itself = anyOf([entity, direct, anyone]);
    if (itself === 'no' && (account === 'no' || this.hasNeighbour(entries))) return 'yes';
    return 'maybe';
  }

  /** Whether a role, user or session of the caller's account is listed. */
  private hasNeighbour(entries: PrincipalMatcher['entries']): boolean {
    const { account } = this;
    return (
      account !== undefined &&
      entries.some(({ kind, value }) => {
        const own = kind === 'AWS' && accountNamed(value) === undefined ? accountOfArn(value) : undefined;
        return own !== undefined && isExact(value) && sameText(own, account) === 'yes';
      })
    );
  }

  private entry(kind: string, value: PolicyText): { readonly as: keyof NamedAs; readonly tri: Tri } {
    const key = `${kind} ${canonical(value)}`;
    let known = this.entries.get(key);
    if (known === undefined) this.entries.set(key, (known = this.classify(kind, value)));
    return known;
  }

  private classify(kind: string, value: PolicyText): { readonly as: keyof NamedAs; readonly tri: Tri } {
    const { who } = this;
    if (kind === 'Caller') return { as: 'direct', tri: this.isOurs ? 'yes' : 'no' };
    if (isUnknown(value)) return { as: 'anyone', tri: 'maybe' };
    if (kind === '*') return { as: 'anyone', tri: value === '*' ? 'yes' : isExact(value) ? 'no' : 'maybe' };
    if (kind === 'Service') return { as: 'direct', tri: who.kind === 'service' ? sameText(value, who.service) : 'no' };
    if (kind === 'Federated') {
      return { as: 'direct', tri: who.kind === 'federated' ? sameText(value, who.provider) : 'no' };
    }
    if (kind === 'CanonicalUser') return { as: 'direct', tri: this.arn === undefined ? 'no' : 'maybe' };
    if (value === '*') return { as: 'anyone', tri: who.kind === 'service' ? 'maybe' : 'yes' };
    if (this.arn === undefined || who.kind === 'service') return { as: 'direct', tri: 'no' };
    return this.classifyAws(value);
  }

  private classifyAws(value: PolicyText): { readonly as: keyof NamedAs; readonly tri: Tri } {
    const arn = this.arn as PolicyText;
    const account = accountNamed(value);
    if (account !== undefined) {
      return { as: 'account', tri: this.account === undefined ? 'maybe' : sameText(account, this.account) };
    }
    if (isText(value) && this.principal !== undefined) {
      // The unique id of the role or user, by which a stored policy names it.
      const [hole] = value.parts.length === 1 ? holes(value) : [];
      if (hole?.resource === this.principal.key && hole.attribute?.endsWith('Id') === true) {
        return { as: this.kind === 'user' ? 'direct' : 'entity', tri: 'yes' };
      }
    }
    // A stored policy names who was deleted by its id, and whoever is there by it too: which id is in no template.
    if (typeof value === 'string' && UNIQUE_ID.test(value) && this.principal !== undefined) {
      const kind = value.startsWith('AROA') ? 'role' : 'user';
      return { as: kind === 'role' ? 'entity' : 'direct', tri: kind === this.kind ? 'maybe' : 'no' };
    }
    if (this.kind === 'role' && /:sts:.*:assumed-role\//.test(show(value))) {
      return { as: 'direct', tri: this.sessionIs(value) };
    }
    const tri = isExact(value) ? sameText(value, arn) : new TextPattern(value).match(arn, canonical(arn), 'string');
    // Wildcards are not allowed in principals; some services accept them all the same.
    const found = tri === 'yes' && !isExact(value) ? 'maybe' : tri;
    return { as: this.kind === 'role' ? 'entity' : 'direct', tri: found };
  }

  /** Whoever assumes the role chooses the name of the session. */
  private sessionIs(value: PolicyText): Tri {
    const { principal, session } = this;
    if (principal === undefined) return 'no';
    const name = session.name ?? text([{ shape: 'segment', source: `the session of ${principal.key}` }]);
    const full = sessionArn(principal, name);
    return full === undefined ? 'maybe' : sameText(value, full);
  }
}

/** By which ARN a policy names one session of a role, and no other; `undefined` where it is not known. */
export function sessionArn(
  { arn, name, account }: Pick<Principal, 'arn' | 'name' | 'account'>,
  session: PolicyText,
): PolicyText | undefined {
  const written = [arn, name, session];
  if (written.some(isUnknown)) return undefined;
  const [own, role, last] = written.map((each): readonly TextPart[] => (isText(each) ? each.parts : [each as string]));
  const partition = typeof own[0] === 'string' && own[0] !== 'arn:' ? [own[0].split(':')[1]] : [own[1]];
  return text([
    'arn:',
    ...partition,
    ':sts::',
    ...(isText(account) ? account.parts : [account as string]),
    ':assumed-role/',
    ...role,
    '/',
    ...last,
  ]);
}

/** Of a role or a user. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
const UNIQUE_ID = /^A(?:RO|ID)A[A-Z0-9]{12,}$/;

/** The account that a principal stands for: `123456789012` or `arn:aws:iam::123456789012:root`. */
function accountNamed(value: PolicyText): PolicyText | undefined {
  if (typeof value === 'string' && /^\d{12}$/.test(value)) return value;
  if (isText(value) && value.parts.length === 1 && holes(value)[0]?.shape === 'account') return value;
  const last = isText(value) ? value.parts.at(-1) : value;
  return typeof last === 'string' && last.endsWith(':root') ? accountOfArn(value) : undefined;
}

const callers = new WeakMap<object, Caller>();

/** The caller of a question; one for each principal without a session of its own. */
export function callerOf(who: Principal | ExternalPrincipal, session: SessionFacts | undefined): Caller {
  if (session !== undefined) return new Caller(who, session);
  let known = callers.get(who);
  if (known === undefined) callers.set(who, (known = new Caller(who)));
  return known;
}
