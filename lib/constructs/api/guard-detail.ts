/** What the resource policy of an API tells apart. */
export enum GuardDetail {
  /**
   * Each endpoint is denied to everyone who is not its caller, other callers of the API included. Takes a statement for
   * each group of endpoints with callers of its own.
   */
  ENDPOINTS = 'endpoints',
  /**
   * The API is denied to everyone who is no caller at all; its endpoints are kept apart by what binds the callers
   * themselves: boundaries, and Denies in their identity policies. Takes one statement, whatever the number of
   * endpoints. Every caller must be a role of cdk-bulkhead, which has a boundary.
   */
  CALLERS = 'callers',
}
