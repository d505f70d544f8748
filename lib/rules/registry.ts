import { api1 } from './api/api1-endpoint-without-authorization';
import { api2 } from './api/api2-api-without-guard';
import { api3 } from './api/api3-test-invoke-permission';
import { api5 } from './api/api5-function-open-to-others';
import { api4 } from './api/api4-account-wide-log-role';
import { api6 } from './api/api6-endpoint-for-any-method';
import { api7 } from './api/api7-caller-not-declared';
import { api8 } from './api/api8-permission-beyond-its-endpoints';
import { api9 } from './api/api9-reader-who-can-write';
import { api10 } from './api/api10-default-endpoint-beside-domain';
import { api11 } from './api/api11-cached-authorizer';
import { api12 } from './api/api12-security-at-the-root';
import { api13 } from './api/api13-request-not-validated';
import { api14 } from './api/api14-stage-without-throttle';
import { api15 } from './api/api15-stage-without-access-log';
import { api16 } from './api/api16-access-log-without-caller';
import { api17 } from './api/api17-cache-open-to-invalidation';
import { api18 } from './api/api18-stage-nobody-declared';
import { api19 } from './api/api19-endpoint-past-its-date';
import { api20 } from './api/api20-api-keys-readable';
import { api21 } from './api/api21-operator-changes-api';
import { api22 } from './api/api22-function-called-around-its-api';
import { api23 } from './api/api23-method-not-declared';
import { api24 } from './api/api24-callers-tag-can-be-set';
import { aud1 } from './audit/aud1-audit-bucket-without-lock';
import { aud2 } from './audit/aud2-trail-that-does-not-log';
import { aud3 } from './audit/aud3-trail-delivery-not-bound';
import { aud4 } from './audit/aud4-audit-bucket-without-denies';
import { aud5 } from './audit/aud5-audit-deleted-with-the-stack';
import { aud6 } from './audit/aud6-vault-can-be-lost';
import { aud7 } from './audit/aud7-record-within-reach';
import { aud8 } from './audit/aud8-alarm-that-tells-nobody';
import { aud9 } from './audit/aud9-audit-log-group-without-end-or-key';
import { aud10 } from './audit/aud10-trail-passes-over-events';
import { aud11 } from './audit/aud11-access-log-nowhere';
import { aud12 } from './audit/aud12-delivery-denied';
import { aud13 } from './audit/aud13-nothing-recorded';
import { aud14 } from './audit/aud14-calls-not-recorded';
import { aud15 } from './audit/aud15-log-not-write-once';
import { aud16 } from './audit/aud16-record-read-by-those-recorded';
import { sec1 } from './credentials/sec1-secret-without-rotation';
import { sec2 } from './credentials/sec2-secret-without-owner-purpose-end';
import { sec3 } from './credentials/sec3-secret-policy-open-to-anyone';
import { sec4 } from './credentials/sec4-plain-text-secret';
import { sec5 } from './credentials/sec5-credential-open-to-others';
import { sec7 } from './credentials/sec7-key-open-to-the-account';
import { sec6 } from './credentials/sec6-credential-under-aws-key';
import { sec8 } from './credentials/sec8-reader-not-declared';
import { sec9 } from './credentials/sec9-unrelated-readers';
import { sec10 } from './credentials/sec10-key-for-several-apis';
import { sec11 } from './credentials/sec11-rotation-open-to-others';
import { sec12 } from './credentials/sec12-secret-shown';
import { sec13 } from './credentials/sec13-published-half-open-to-others';
import { sec14 } from './credentials/sec14-rotation-called-by-others';
import { sec15 } from './credentials/sec15-end-can-be-moved';
import { sec16 } from './credentials/sec16-rotation-may-do-more';
import { esc1 } from './escalation/esc1-becomes-administrator';
import { esc2 } from './escalation/esc2-reaches-another-role';
import { esc3 } from './escalation/esc3-widens-itself';
import { iam1 } from './iam/iam1-wildcard-action';
import { iam10 } from './iam/iam10-role-without-boundary';
import { iam11 } from './iam/iam11-federation-not-pinned';
import { iam12 } from './iam/iam12-role-past-its-review';
import { iam13 } from './iam/iam13-trust-looser-than-declared';
import { iam14 } from './iam/iam14-emergency-that-nobody-hears';
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
  iam12,
  iam13,
  iam14,
  esc1,
  esc2,
  esc3,
  api1,
  api2,
  api3,
  api4,
  api5,
  api6,
  api7,
  api8,
  api9,
  api10,
  api11,
  api12,
  api13,
  api14,
  api15,
  api16,
  api17,
  api18,
  api19,
  api20,
  api21,
  api22,
  api23,
  api24,
  sec1,
  sec2,
  sec3,
  sec4,
  sec5,
  sec6,
  sec7,
  sec8,
  sec9,
  sec10,
  sec11,
  sec12,
  sec13,
  sec14,
  sec15,
  sec16,
  aud1,
  aud2,
  aud3,
  aud4,
  aud5,
  aud6,
  aud7,
  aud8,
  aud9,
  aud10,
  aud11,
  aud12,
  aud13,
  aud14,
  aud15,
  aud16,
  tpl1,
];

/** The rule with this id, `IAM3`. */
export function ruleById(id: string): Rule | undefined {
  return allRules.find((rule) => rule.id === id);
}
