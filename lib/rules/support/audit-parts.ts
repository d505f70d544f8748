export {
  BUCKET,
  KEY,
  TRAIL,
  auditParts,
  bucketsOf,
  copiesOf,
  isElsewhere,
  keysOf,
  policiesOfBucket,
} from '../../engine/facts/audit-parts';
