/**
 * Tags that say who answers for a credential, what it is for and when it ends: for secrets that another construct
 * made, and for whoever looks at a secret in the console.
 */
export const CREDENTIAL_TAGS = {
  owner: 'owner',
  purpose: 'purpose',
  /** ISO date, `2027-06-30`. */
  expiresOn: 'expiresOn',
} as const;
