/**
 * Ties a secret, its key and the permissions boundaries of its readers together without a reference between them, which
 * would make a cycle of resources. Boundaries ask for it: without it nobody can read.
 */
export const COMPARTMENT_TAG = 'cdk-bulkhead:compartment';

/**
 * Begins the name of the tag by which the guard of an API knows its callers, where it is not by their ARNs. What follows
 * is of the API. Who may set such a tag calls: API24 finds everybody who may.
 */
export const CALLS_TAG = 'cdk-bulkhead:calls:';

/**
 * The tags by which a credential of cdk-bulkhead says, outside of its template, who answers for it, what it is for and
 * when it ends. Prefixed, so that no tag that a company puts on everything overwrites them.
 */
export const OWNER_TAG = 'cdk-bulkhead:owner';
export const PURPOSE_TAG = 'cdk-bulkhead:purpose';
/** ISO date, `2027-06-30`. */
export const EXPIRES_ON_TAG = 'cdk-bulkhead:expires-on';
