/**
 * The tags by which a credential of cdk-bulkhead says, outside of its template, who answers for it, what it is for and
 * when it ends. Prefixed, so that no tag that a company puts on everything overwrites them.
 */
export const OWNER_TAG = 'cdk-bulkhead:owner';
export const PURPOSE_TAG = 'cdk-bulkhead:purpose';
/** ISO date, `2027-06-30`. */
export const EXPIRES_ON_TAG = 'cdk-bulkhead:expires-on';
