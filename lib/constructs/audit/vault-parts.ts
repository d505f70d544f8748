import type { IConstruct } from 'constructs';
import type { LogDelivery } from './log-delivery';

/** A rule by which S3 copies, as S3 counts what it could not copy. */
export interface WatchedCopy {
  /** The name of the original's bucket, in this account and region. */
  readonly from: string;
  /** The name of the copy's bucket. */
  readonly to: string;
  readonly rule: string;
}

/** What alarms and boundaries have to know of a record beyond its interface. */
export interface VaultParts {
  /** The way of log groups into the locked bucket. */
  readonly delivery?: LogDelivery;
  readonly copies: readonly WatchedCopy[];
}

const PARTS = Symbol.for('cdk-bulkhead.AuditVault.parts');

/** Notes the parts of a record at its construct: works across copies of the library. */
export function noteParts(vault: IConstruct, parts: VaultParts): void {
  Object.defineProperty(vault, PARTS, { value: parts });
}

/** The parts of a record; of one that is elsewhere, nothing. */
export function partsOf(vault: IConstruct): VaultParts {
  return (vault as { [PARTS]?: VaultParts })[PARTS] ?? { copies: [] };
}
