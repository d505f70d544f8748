import { Names, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';

/** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html */
const TRAIL_NAME = /^(?=.{3,128}$)(?!\d{1,3}(\.\d{1,3}){3}$)[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$/;

/**
 * The name of the trail, known before deployment: the bucket and the key policy name the trail by its ARN, and the
 * trail names the bucket and the key, so that the attribute of the trail would be a cycle.
 */
export function trailName(at: IConstruct, named: string | undefined): string {
  const name = named ?? Names.uniqueResourceName(at, { maxLength: 128, separator: '-' });
  if (!Token.isUnresolved(name) && TRAIL_NAME.test(name)) return name;
  throw misuse(at, {
    code: 'BH4003',
    what: `\`trailName\` must be 3 to 128 letters and digits, with single \`.\`, \`_\` or \`-\` between them, got \`${name}\``,
    why: 'CloudTrail takes no other names, and the policies of bucket and key must know it before deployment',
    mend: 'give such a name as a literal, or leave it out',
  });
}
