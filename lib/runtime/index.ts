// `cdk-bulkhead/runtime`: what runs inside of Lambda functions. Nothing here imports aws-cdk-lib or a package.
export { guard } from './guard/guard';
export type { Forbidden, GuardedHandler, GuardOptions } from './guard/guard';
export type { Caller, RoleCaller, TokenCaller } from './guard/caller';
export type { GuardLogEntry } from './guard/log';
export type { GuardCaller, GuardPolicy, GuardToken } from '../model/guard-policy';
