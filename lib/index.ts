// The only public door: what is not exported here is not public. The order is that of the README.
export * from './constructs/roles/bounded-role';
export * from './constructs/roles/workload-role';
