import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';
import { CallerGrouping } from './caller-grouping';
import { GuardDetail } from './guard-detail';
import { vpcEndpointName } from './endpoint-sources';
import { checkMembers, list } from './open-api-members';
import type { Sort } from './open-api-members';
import type { OpenApiProps } from './open-api-props';

const MEMBERS: Readonly<Record<string, Sort>> = {
  stage: 'text',
  throttle: { rateLimit: 'number', burstLimit: 'number' },
  guardDetail: 'text',
  callersBy: 'text',
  reviewBy: 'text',
  vpcEndpoints: 'texts',
  behind: 'texts',
  unwritten: 'texts',
};

interface Settings extends Pick<OpenApiProps, 'throttle'> {
  readonly stage?: string;
  readonly guardDetail?: GuardDetail;
  readonly callersBy?: CallerGrouping;
  readonly reviewBy?: string;
  readonly vpcEndpoints?: readonly string[];
  readonly behind?: readonly string[];
  readonly unwritten?: readonly string[];
}

/**
 * The properties of an API, with what `x-cdk-bulkhead` at the root of its document says where they do not. What stood
 * before the API that the document is of, such as a domain, has to be given: a document cannot hold it.
 *
 * @throws BH1036 where it cannot be read, or something is not given
 */
export function settingsOf(at: IConstruct, document: unknown, props: OpenApiProps): OpenApiProps {
  const { 'x-cdk-bulkhead': given } = (document ?? {}) as { readonly 'x-cdk-bulkhead'?: unknown };
  if (given === undefined) return props;
  const refuse = (what: string, mend: string): Error =>
    misuse(at, { code: 'BH1036', what: `\`x-cdk-bulkhead\` of the document ${what}`, mend });
  checkMembers(given, MEMBERS, refuse);
  const {
    stage,
    throttle,
    guardDetail,
    callersBy,
    reviewBy,
    vpcEndpoints,
    behind = [],
    unwritten = [],
  } = given as Settings;
  if (guardDetail !== undefined && !Object.values(GuardDetail).includes(guardDetail)) {
    throw refuse('has a `guardDetail` that is not read', `write ${list(Object.values(GuardDetail))}`);
  }
  if (callersBy !== undefined && !Object.values(CallerGrouping).includes(callersBy)) {
    throw refuse('has a `callersBy` that is not read', `write ${list(Object.values(CallerGrouping))}`);
  }
  const before: Readonly<Record<string, boolean>> = {
    domain: props.domain !== undefined,
    clientCertificates: props.domain?.clientCertificates !== undefined || props.domain?.existing !== undefined,
    webAcl: props.webAclArn !== undefined || props.managedWebAcl === true,
  };
  const missing = [
    ...behind.filter((each) => !before[each]),
    ...unwritten.filter((each) => each !== 'throttle' || props.throttle === undefined),
  ];
  if (missing.length > 0) {
    throw refuse(
      `says that its API has ${list(missing)}, which it does not hold`,
      'give the same to `fromOpenApi`, or take it out of the document',
    );
  }
  const known = (props.vpcEndpoints ?? []).map(vpcEndpointName);
  if (vpcEndpoints !== undefined && [...vpcEndpoints].sort().join() !== [...known].sort().join()) {
    throw refuse(
      `says that its API is private, by the VPC endpoints ${list(vpcEndpoints)}, and \`vpcEndpoints\` has ${list(known)}`,
      'give the same `vpcEndpoints`, or take them out of the document',
    );
  }
  return {
    ...props,
    stageName: props.stageName ?? stage,
    throttle: props.throttle ?? throttle,
    guardDetail: props.guardDetail ?? guardDetail,
    callersBy: props.callersBy ?? callersBy,
    reviewBy: props.reviewBy ?? reviewBy,
  };
}
