/** How the resource policy of an API knows its callers. */
export enum CallerGrouping {
  /** By the whole ARN of each: a closed list, of about 60 to 70 callers. */
  ARN = 'arn',
  /**
   * Roles that the app makes by a tag that it sets on them, whatever their number; all others by their ARN: imported roles,
   * partners, and roles of which a session may bring tags of its own.
   *
   * A tag is as closed as the right to set it. Whoever may call `iam:TagRole` on a role of the account, or `sts:TagSession`
   * where a trust policy admits it, makes that role pass the resource policy; what it may call is then up to its own
   * policies. The rule API24 finds everybody of the templates who may, besides deployments. It sees no other principals of
   * the account: keep `iam:TagRole` and `sts:TagSession` for tags that begin with `cdk-bulkhead:` from them.
   */
  TAG = 'tag',
}
