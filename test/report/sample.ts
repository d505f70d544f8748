import type { AccessMatrix, Declared } from '../../lib/model/declared';
import type { Finding } from '../../lib/model/finding';
import type { ReportResult } from '../../lib/report/result';

/** A finding with what a test does not care about filled in. */
export function finding(changes: Partial<Finding> = {}): Finding {
  return {
    ruleId: 'Bulkhead-IAM1',
    severity: 'error',
    title: 'Policy allows every action',
    message: 'allows `s3:*` on `*`',
    fix: 'Name the actions.',
    template: 'Prod/Orders',
    file: 'cdk.out/Orders.template.json',
    logicalId: 'ReaderPolicy1A2B',
    constructPath: 'Prod/Orders/Reader/Policy/Resource',
    certainty: 'certain',
    ...changes,
  };
}

export const MATRIX: AccessMatrix = {
  api: 'Prod/Orders/Api',
  stage: 'prod',
  template: 'Prod/Orders',
  endpoints: [
    {
      endpoint: 'GET /orders/{id}',
      callers: ['Prod/Orders/Clerk', 'Prod/Orders/Reader'],
      highValue: false,
      logicalId: 'M1',
    },
    { endpoint: 'POST /orders', callers: ['Prod/Orders/Clerk'], highValue: true, logicalId: 'M2' },
  ],
  callers: ['Prod/Orders/Clerk', 'Prod/Orders/Reader'],
};

export const DECLARED: Declared = {
  roles: [
    {
      path: 'Prod/Orders/Clerk',
      kind: 'human',
      owner: 'orders-team',
      purpose: 'order entry',
      template: 'Prod/Orders',
      logicalId: 'Clerk1',
    },
  ],
  access: [MATRIX],
  credentials: [
    {
      path: 'Prod/Orders/PartnerToken',
      kind: 'opaque-token',
      owner: 'partners',
      purpose: 'webhook signing',
      expiresOn: '2027-06-30',
      rotateEveryDays: 7,
      readers: ['Prod/Orders/Reader'],
      rotator: 'Prod/Orders/PartnerToken/Rotator',
      template: 'Prod/Orders',
      logicalId: 'Token1',
    },
  ],
};

export function report(findings: readonly Finding[] = [], declared: Declared = DECLARED): ReportResult {
  return { findings, files: ['cdk.out/Orders.template.json'], resources: 12, declared };
}
