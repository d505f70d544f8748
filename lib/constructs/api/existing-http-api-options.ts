/** Options of `LeastPrivilegeHttpApi.guard`. */
export interface ExistingHttpApiOptions {
  /**
   * The endpoints that are called with tokens, as `GET /catalogue`: an authorizer, of JWT or Lambda, decides there and
   * no policy of IAM. Which tokens the authorizer takes is not looked at, and the guard of a
   * function gets to know nothing of them.
   *
   * @default - none: every route asks for AWS_IAM
   */
  readonly tokenEndpoints?: string[];
}
