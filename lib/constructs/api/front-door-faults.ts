import { Stack, Token } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';

/** What a browser sends as `Origin`, of a page that came by https: no path, no slash at its end. */
const ORIGIN = /^https:\/\/[^\s/*?#@]+$/i;

/**
 * The origins of CORS, each of which a browser tells for sure: `null` is any page that hides where it is from, and a page
 * by http is whoever stands between.
 *
 * @throws BH1026
 */
export function checkOrigins(at: IConstruct, origins: readonly string[] | undefined): void {
  const wrong = origins?.find((each) => !Token.isUnresolved(each) && !ORIGIN.test(each));
  if (wrong === undefined) return;
  const [what, why] = reasonOf(wrong);
  throw misuse(at, {
    code: 'BH1026',
    what: `\`cors\` allows ${what}`,
    why,
    mend: 'list the origins in `allowOrigins`, like `https://shop.example.com`',
  });
}

function reasonOf(origin: string): readonly [string, string] {
  if (origin === '*') return ['every origin', 'any page could call with what the browser holds'];
  if (origin.includes('*')) {
    return [
      `the origin \`${origin}\``,
      'any page under it could call with what the browser holds, that of a forgotten host included',
    ];
  }
  if (origin.toLowerCase() === 'null') {
    return ['the origin `null`', 'any page has it that runs in a sandboxed frame or from a file'];
  }
  if (/^http:/i.test(origin)) {
    return [
      `the origin \`${origin}\``,
      'whoever stands between could put a page there that calls with what the browser holds',
    ];
  }
  return [
    `the origin \`${origin}\``,
    'no browser sends that: an origin is scheme, host and port, without a path or a slash at its end',
  ];
}

/** @throws BH1029 where it is of another region than a regional domain, or is no certificate of ACM */
export function checkCertificate(at: IConstruct, certificate: acm.ICertificate | undefined): void {
  if (certificate === undefined) return;
  const { certificateArn } = certificate;
  const isKnown = !Token.isUnresolved(certificateArn);
  const [, , service, written] = isKnown ? certificateArn.split(':') : [];
  const own = Stack.of(at).region;
  if (isKnown && service !== 'acm') {
    throw misuse(at, {
      code: 'BH1029',
      what: `the \`certificate\` of the domain is \`${certificateArn}\``,
      why: 'that is no certificate of AWS Certificate Manager',
      mend: 'import one by its ARN: `arn:aws:acm:<region>:<account>:certificate/<id>`',
    });
  }
  const region = written ?? certificate.env.region;
  if ([own, region].some((each) => Token.isUnresolved(each)) || own === region) return;
  throw misuse(at, {
    code: 'BH1029',
    what: `the \`certificate\` of the domain is in ${region}, the API in ${own}`,
    why: 'the domain is a regional one: only one of an edge-optimized domain lies in us-east-1',
    mend: `make or import a certificate in ${own}`,
  });
}

/** @throws BH1029 where it is no web ACL that a stage of this region can have */
export function checkWebAcl(at: IConstruct, arn: string | undefined): void {
  if (arn === undefined || Token.isUnresolved(arn)) return;
  const { region } = Stack.of(at);
  const [, , service, itsRegion, , resource = ''] = arn.split(':');
  const isRegional = /^arn:aws[\w-]*:wafv2:[\w-]+:\d{12}:regional\/webacl\/[\w-]+\/[\w-]+$/.test(arn);
  if (isRegional && (Token.isUnresolved(region) || region === itsRegion)) return;
  const why =
    service === 'wafv2' && resource.startsWith('global/')
      ? 'it is a web ACL of CloudFront'
      : service === 'waf' || service === 'waf-regional'
        ? 'it is a web ACL of AWS WAF Classic, which has come to its end'
        : isRegional
          ? `it is of another region than the API, which is in ${region}`
          : 'it is no web ACL: the association would fail at deployment';
  throw misuse(at, {
    code: 'BH1029',
    what: `\`webAclArn\` is \`${arn}\``,
    why,
    mend: 'give that of a regional web ACL, `arn:aws:wafv2:<region>:<account>:regional/webacl/<name>/<id>`, or `managedWebAcl: true`',
  });
}
