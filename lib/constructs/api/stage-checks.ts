import { Token } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';

/** @throws BH1011 */
export function checkStageName(at: Construct, name: string): void {
  if (!Token.isUnresolved(name) && /^[\w-]{1,128}$/.test(name) && name !== 'test-invoke-stage') return;
  throw misuse(at, {
    code: 'BH1011',
    what: `\`stageName\` must be a name of letters, digits, \`-\` and \`_\`, got \`${Token.isUnresolved(name) ? 'a token' : name}\``,
    why: 'the policies name the stage; a wildcard in it would open others',
    mend: 'write it out, such as `prod`',
  });
}

/** @throws BH1012 */
export function checkThrottle(
  at: Construct,
  whose: string,
  { rateLimit, burstLimit }: apigateway.ThrottleSettings,
): void {
  if (rateLimit === undefined && burstLimit === undefined) {
    throw misuse(at, {
      code: 'BH1012',
      what: `the \`throttle\` of ${whose} has neither \`rateLimit\` nor \`burstLimit\``,
      why: 'it would throttle nothing',
      mend: 'give one of them, or leave `throttle` out for that of the API',
    });
  }
  for (const [name, value] of Object.entries({ rateLimit, burstLimit })) {
    if (value === undefined || Token.isUnresolved(value) || (typeof value === 'number' && value > 0)) continue;
    throw misuse(at, {
      code: 'BH1012',
      what: `\`${name}\` of ${whose} must be a positive number, got ${typeof value === 'string' ? 'a text' : value}`,
      why: 'no call would pass',
      mend: 'give the requests a second that its callers need',
    });
  }
}
