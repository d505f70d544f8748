import { api1 } from './api/api1-endpoint-without-authorization';
import { api2 } from './api/api2-api-without-guard';
import { api3 } from './api/api3-test-invoke-permission';
import { api5 } from './api/api5-function-open-to-others';
import { api4 } from './api/api4-account-wide-log-role';
import { aud1 } from './audit/aud1-audit-bucket-without-lock';
import { aud2 } from './audit/aud2-trail-that-does-not-log';
import { aud3 } from './audit/aud3-trail-delivery-not-bound';
import { aud4 } from './audit/aud4-audit-bucket-without-denies';
import { aud5 } from './audit/aud5-audit-deleted-with-the-stack';
import { sec1 } from './credentials/sec1-secret-without-rotation';
import { sec2 } from './credentials/sec2-secret-without-owner-purpose-end';
import { sec3 } from './credentials/sec3-secret-policy-open-to-anyone';
import { sec4 } from './credentials/sec4-plain-text-secret';
import { sec5 } from './credentials/sec5-credential-open-to-others';
import { sec7 } from './credentials/sec7-key-open-to-the-account';
import { sec6 } from './credentials/sec6-credential-under-aws-key';
import { esc1 } from './escalation/esc1-becomes-administrator';
import { esc2 } from './escalation/esc2-reaches-another-role';
import { esc3 } from './escalation/esc3-widens-itself';
import { iam1 } from './iam/iam1-wildcard-action';
import { iam10 } from './iam/iam10-role-without-boundary';
import { iam11 } from './iam/iam11-federation-not-pinned';
import { iam2 } from './iam/iam2-wildcard-resource';
import { iam3 } from './iam/iam3-allow-by-exclusion';
import { iam4 } from './iam/iam4-administrator-like-managed-policy';
import { iam5 } from './iam/iam5-trust-in-anyone';
import { iam6 } from './iam/iam6-foreign-trust-without-external-id';
import { iam7 } from './iam/iam7-people-without-mfa';
import { iam8 } from './iam/iam8-session-over-an-hour';
import { iam9 } from './iam/iam9-user-access-key';
import { tpl1 } from './template/tpl1-template-that-cannot-be-read';
import type { Rule } from './rule';

/** Every rule, in the order of the documentation. A rule that is not in this list does not exist. */
export const allRules: readonly Rule[] = [
  iam1,
  iam2,
  iam3,
  iam4,
  iam5,
  iam6,
  iam7,
  iam8,
  iam9,
  iam10,
  iam11,
  esc1,
  esc2,
  esc3,
  api1,
  api2,
  api3,
  api4,
  api5,
  sec1,
  sec2,
  sec3,
  sec4,
  sec5,
  sec6,
  sec7,
  aud1,
  aud2,
  aud3,
  aud4,
  aud5,
  tpl1,
];

/** The rule with this id, `IAM3`. */
export function ruleById(id: string): Rule | undefined {
  return allRules.find((rule) => rule.id === id);
}
