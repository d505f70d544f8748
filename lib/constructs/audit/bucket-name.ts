import { Token } from 'aws-cdk-lib';

/** Whether it is a name that a bucket and an alias of a key can have, known before deployment. */
export function isBucketName(name: string): boolean {
  return !Token.isUnresolved(name) && /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name);
}
