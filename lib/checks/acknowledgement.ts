import type { Finding } from '../model/finding';

/** `IAM1` of `Bulkhead-IAM1`: cdk-nag puts the name of the pack before it. */
export function ruleSuffixOf({ ruleId }: Finding, packName: string): string {
  return ruleId.startsWith(`${packName}-`) ? ruleId.slice(packName.length + 1) : ruleId;
}

/**
 * The detail of a finding as the CDK accepts it between the brackets of a rule id. The CDK writes spaces as hyphens
 * when an id is acknowledged, and refuses brackets without a partner: it would refuse the whole report.
 */
export function acknowledgeableDetail(detail: string): string {
  const hyphened = detail.replace(/[\s\p{Cc}]/gu, '-');
  return isBalanced(hyphened) ? hyphened : hyphened.replace(/[[\](){}]/g, '_');
}

/** The id by which the finding is acknowledged: `Bulkhead-IAM1[Action::s3:*]`. */
export function acknowledgementIdOf({ ruleId, detail }: Finding): string {
  return detail === undefined ? ruleId : `${ruleId}[${acknowledgeableDetail(detail)}]`;
}

const PARTNERS: Readonly<Record<string, string>> = { ']': '[', ')': '(', '}': '{' };

function isBalanced(text: string): boolean {
  const open: string[] = [];
  for (const sign of text) {
    if ('[({'.includes(sign)) open.push(sign);
    else if (sign in PARTNERS && open.pop() !== PARTNERS[sign]) return false;
  }
  return open.length === 0;
}
