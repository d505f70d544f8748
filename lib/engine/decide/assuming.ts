import type { PolicyText } from '../../model/policy';
import { show } from '../../model/read';
import type { Caller } from './caller';

const WITH_SAML = 'sts:assumerolewithsaml';
const WITH_WEB_IDENTITY = 'sts:assumerolewithwebidentity';
const ASSUMING: ReadonlySet<string> = new Set(['sts:assumerole', WITH_SAML, WITH_WEB_IDENTITY]);

/**
 * Whether a caller can make a call at all: who has a token of a SAML provider calls for SAML, who has another one for
 * web identity, and neither has credentials for anything else.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
 */
export function canCall({ who }: Caller, action: string): boolean {
  if (who.kind !== 'federated' || !ASSUMING.has(action)) return true;
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
