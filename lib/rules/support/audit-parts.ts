export {
  BUCKET,
  KEY,
  TRAIL,
  auditParts,
  bucketsOf,
  isElsewhere,
  keysOf,
  policiesOfBucket,
} from '../../engine/facts/audit-parts';
