import type { GuardDetail } from './guard-detail';

/** Options of `LeastPrivilegeRestApi.guard`. */
export interface ExistingApiOptions {
  /**
   * What the resource policy tells apart.
   *
   * @default GuardDetail.ENDPOINTS
   */
  readonly guardDetail?: GuardDetail;
  /**
   * The characters that a resource policy may have, where AWS raised the quota for this API.
   *
   * @default 8192
   */
  readonly resourcePolicyLimit?: number;
}
