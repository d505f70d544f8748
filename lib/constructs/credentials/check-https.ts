import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';

/**
 * An address that a new value is sent to. The beginning is asked, which an address of the app has, too; what is known at
 * deployment only is asked by the function.
 *
 * @throws BH3024 where it is not of HTTPS
 */
export function checkHttps(at: IConstruct, name: string, url: string | undefined): void {
  if (url === undefined || url.startsWith('https://')) return;
  if (Token.isUnresolved(url) && !/^[a-z]+:/i.test(url)) return;
  throw misuse(at, {
    code: 'BH3024',
    what: `\`${name}\` must begin with \`https://\`, got \`${url}\``,
    why: 'each new value is sent there, and everybody on the way could read it',
    mend: 'use the address of HTTPS',
  });
}
