/**
 * How firmly the objects of an audit vault are locked.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export enum LockMode {
  /** Nobody, the root user included, can delete a locked object or shorten its retention. */
  COMPLIANCE = 'COMPLIANCE',
  /** Whoever may bypass governance can delete locked objects: no evidence. For development only. */
  GOVERNANCE = 'GOVERNANCE',
}
