import type { ExternalPrincipal } from '../decide/decision';

/** Somebody outside of the templates whom a policy in them names: by ARN, by account, by identity provider. */
export interface Outsider {
  readonly key: string;
  readonly name: string;
  readonly outside: ExternalPrincipal;
}
