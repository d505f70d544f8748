// The only public door: what is not exported here is not public. The order is that of the README.
export * from './constructs/roles/bounded-role';
export * from './constructs/roles/workload-role';
export * from './constructs/roles/mfa-proof';
export * from './constructs/roles/person-role';
export * from './constructs/roles/human-role';
export * from './constructs/roles/operator-role';
export * from './constructs/roles/partner-role';
export * from './constructs/roles/pipeline-identity';
export * from './constructs/roles/pipeline-role';
export * from './constructs/audit/lock-mode';
export * from './constructs/audit/audit-vault-grants';
export * from './constructs/audit/i-audit-vault';
export * from './constructs/audit/audit-vault';
export * from './constructs/audit/auditor-role';
export * from './checks/bulkhead';
export * from './checks/least-privilege-checks';
export * from './checks/switched-off-rule';
