import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';

/** What of an integration says how it is called. */
export interface Called {
  readonly uri?: unknown;
  readonly connectionType?: string;
}

/**
 * Refuses an integration that API Gateway would call by plain HTTP over the internet. A private one (a VPC link) stays within
 * the network.
 *
 * @throws BH1019
 */
export function refusePlainHttp(at: IConstruct, endpoint: string, { uri, connectionType }: Called): void {
  if (typeof uri !== 'string' || !/^http:/i.test(uri) || connectionType === 'VPC_LINK') return;
  throw misuse(at, {
    code: 'BH1019',
    what: `the integration of endpoint \`${endpoint}\` is called by plain HTTP`,
    why: 'whoever stands between reads and changes what its callers send, and what comes back',
    mend: 'give an address by https, or reach it by a VPC link',
  });
}
