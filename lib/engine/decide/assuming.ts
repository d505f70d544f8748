import type { PolicyText } from '../../model/policy';
import { show } from '../../model/read';
import { ABSENT } from '../../model/value';
import { ABSENT_KEY, OPEN, UNLIKELY } from '../conditions/known';
import type { Known, Lookup } from '../conditions/known';
import type { Caller } from './caller';
import type { Context } from './decision';
import type { Verdict } from './verdict';

const WITH_SAML = 'sts:assumerolewithsaml';
const WITH_WEB_IDENTITY = 'sts:assumerolewithwebidentity';
const ASSUMING: ReadonlySet<string> = new Set(['sts:assumerole', WITH_SAML, WITH_WEB_IDENTITY]);

/** Actions that assume a role, in lower case. */
export function isAssuming(action: string): boolean {
  return ASSUMING.has(action);
}

/**
 * Whether a caller can make a call at all: who has a token of a SAML provider calls for SAML, who has another one for
 * web identity, and neither has credentials for anything else.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
 */
export function canCall({ who }: Caller, action: string): boolean {
  if (who.kind !== 'federated' || !isAssuming(action)) return true;
  if (action === 'sts:assumerole') return false;
  const kind = providerKind(who.provider);
  return kind === undefined || kind === action;
}

function providerKind(provider: PolicyText): string | undefined {
  const shown = show(provider);
  if (/:saml-provider\//.test(shown)) return WITH_SAML;
  if (/:oidc-provider\//.test(shown) || /^[a-z0-9.-]+\.[a-z]+$/i.test(shown)) return WITH_WEB_IDENTITY;
  return undefined;
}

/**
 * What else must be allowed for a request that assumes a role and has this key: source identity and session tags are
 * permissions of their own, of the caller and in the trust policy.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
 */
export function alsoNeededFor(key: string): 'sts:setsourceidentity' | 'sts:tagsession' | undefined {
  if (key === 'sts:sourceidentity') return 'sts:setsourceidentity';
  const isTag = key.startsWith('aws:requesttag/') || key === 'aws:tagkeys' || key === 'sts:transitivetagkeys';
  return isTag ? 'sts:tagsession' : undefined;
}

/** What is known of the keys where those can have no value who are not allowed to give them one. */
export class SessionKeys {
  /** Whether the answer depends on a key of this sort. */
  wereAsked = false;
  /** Keys that the request must do without. */
  readonly absent = new Map<string, Known>();
  private readonly verdicts = new Map<string, Known>();

  /** `also` decides whether an action is allowed on the same role. */
  constructor(
    private readonly plain: Lookup,
    private readonly also: (action: string) => Verdict,
  ) {}

  readonly lookup: Lookup = (key) => {
    const found = this.plain(key);
    const needed = found.state === 'open' ? alsoNeededFor(key) : undefined;
    if (needed === undefined) return found;
    this.wereAsked = true;
    let known = this.verdicts.get(needed);
    if (known === undefined) {
      const { may, must } = this.also(needed);
      this.verdicts.set(needed, (known = must ? OPEN : may ? UNLIKELY : ABSENT_KEY));
    }
    if (known.state === 'absent') this.absent.set(key, known);
    return known === OPEN ? found : known;
  };
}

/** The actions that the values of a request need besides. */
export function neededBy(context: Context): ReadonlySet<string> {
  const keys = Object.entries(context).filter(([, value]) => value !== ABSENT);
  return new Set(keys.flatMap(([key]) => alsoNeededFor(key.toLowerCase()) ?? []));
}
