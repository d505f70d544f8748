import { Duration } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';
import type { EndpointOptions } from './endpoint-options';
import { vpcEndpointName } from './endpoint-sources';
import { checkMembers, list } from './open-api-members';
import type { Sort } from './open-api-members';
import type { OpenApiProps } from './open-api-props';

/** What `x-cdk-bulkhead` of an operation says besides who calls. */
type Declared = Partial<EndpointOptions>;

/** How each member has to look. */
const MEMBERS: Readonly<Record<string, Sort>> = {
  callers: 'texts',
  partners: 'texts',
  highValue: 'yes or no',
  reviewBy: 'text',
  replacedBy: 'text',
  lastDay: 'text',
  wildcardReason: 'text',
  scopes: 'texts',
  tokens: { issuer: 'text', authorizer: 'text', audience: 'texts', use: 'text' },
  apiKeyRequired: 'yes or no',
  throttle: { rateLimit: 'number', burstLimit: 'number' },
  sourceRanges: 'texts',
  vpcEndpoints: 'texts',
  cache: { ttlSeconds: 'number', sameForEveryCaller: 'yes or no' },
  unwritten: 'texts',
};

/** What the members are read as, once they have been looked at. */
interface Members
  extends Pick<
    EndpointOptions,
    | 'highValue'
    | 'apiKeyRequired'
    | 'reviewBy'
    | 'replacedBy'
    | 'lastDay'
    | 'wildcardReason'
    | 'scopes'
    | 'throttle'
    | 'sourceRanges'
  > {
  readonly callers?: readonly string[];
  readonly partners?: readonly string[];
  readonly tokens?: Readonly<Record<string, unknown>>;
  readonly vpcEndpoints?: readonly string[];
  readonly cache?: { readonly ttlSeconds?: number; readonly sameForEveryCaller?: boolean };
  readonly unwritten?: readonly string[];
}

/** Reads `x-cdk-bulkhead` of the operations of one document, as `openApi()` writes it. */
export class DeclaredOperations {
  /** Who decides on tokens, by path: an API that is read has one for all. */
  private readonly authorizers = new Set<unknown>();

  constructor(
    private readonly at: IConstruct,
    private readonly props: OpenApiProps,
  ) {}

  /**
   * A member that is not known is refused, since a limit that is misspelt would be none; and so is what limits calls but
   * was not written, or is not given here.
   *
   * @throws BH1036 where it cannot be read, names other callers, partners or VPC endpoints than were given, or asks for
   * tokens that the authorizer does not take
   */
  read(operation: unknown, whose: string): Declared {
    const { jwtAuthorizer, partnersByOperation = {} } = this.props;
    const callers = this.props.callersByOperation[whose];
    const partners = Object.hasOwn(partnersByOperation, whose) ? { partners: partnersByOperation[whose] } : {};
    const { 'x-cdk-bulkhead': given } = (operation ?? {}) as { readonly 'x-cdk-bulkhead'?: unknown };
    if (given === undefined) return partners;
    const refuse = (what: string, mend: string): Error =>
      misuse(this.at, { code: 'BH1036', what: `\`x-cdk-bulkhead\` of operation \`${whose}\` ${what}`, mend });
    checkMembers(given, MEMBERS, refuse);
    const {
      callers: named,
      partners: abroad = [],
      tokens,
      vpcEndpoints,
      cache,
      unwritten = [],
      ...rest
    } = given as Members;
    if (unwritten.length > 0) {
      throw refuse(
        `says that the document does not hold its ${list(unwritten)}`,
        'write them into the document (throttle, parameters, the schema of the body) and take `unwritten` away',
      );
    }
    if (named !== undefined) sameNames(refuse, 'callers', named, 'callersByOperation', callers.map(pathOf));
    sameNames(refuse, 'partners', abroad, 'partnersByOperation', (partners.partners ?? []).map(arnOf));
    if (rest.scopes !== undefined && jwtAuthorizer === undefined) {
      throw refuse('has `scopes`', 'give a `jwtAuthorizer`, which decides on tokens');
    }
    if (tokens !== undefined) this.checkTokens(tokens, refuse);
    return {
      ...rest,
      ...partners,
      ...(rest.scopes === undefined ? {} : { jwtAuthorizer }),
      ...(vpcEndpoints === undefined ? {} : { vpcEndpoints: this.vpcEndpoints(vpcEndpoints, refuse) }),
      ...(cache === undefined
        ? {}
        : { cache: { ttl: Duration.seconds(cache.ttlSeconds ?? 0), sameForEveryCaller: cache.sameForEveryCaller } }),
    };
  }

  private checkTokens(tokens: Readonly<Record<string, unknown>>, refuse: (what: string, mend: string) => Error): void {
    const { authorizer, ...written } = tokens;
    const own: Readonly<Record<string, unknown>> = { ...this.props.jwtAuthorizer?._written() };
    const other = Object.entries(written).find(([name, value]) => JSON.stringify(own[name]) !== JSON.stringify(value));
    if (other !== undefined) {
      throw refuse(
        `takes tokens with the \`${other[0]}\` ${JSON.stringify(other[1])}, and \`jwtAuthorizer\` has ${JSON.stringify(own[other[0]] ?? 'another')}`,
        'give an authorizer of the same issuer, or take `tokens` out of the document',
      );
    }
    this.authorizers.add(authorizer);
    if (this.authorizers.size < 2) return;
    throw refuse('is decided by another authorizer than the operations before', 'make two APIs of the document');
  }

  private vpcEndpoints(named: readonly string[], refuse: (what: string, mend: string) => Error): ec2.IVpcEndpoint[] {
    const known = new Map((this.props.vpcEndpoints ?? []).map((each) => [vpcEndpointName(each), each]));
    return named.map((name) => {
      const found = known.get(name);
      if (found !== undefined) return found;
      throw refuse(`names the VPC endpoint \`${name}\``, 'list it in `vpcEndpoints` of the API');
    });
  }
}

function sameNames(
  refuse: (what: string, mend: string) => Error,
  kind: string,
  named: readonly string[],
  property: string,
  given: readonly string[],
): void {
  if (JSON.stringify([...named].sort()) === JSON.stringify([...given].sort())) return;
  throw refuse(
    `names the ${kind} ${list(named)}, and \`${property}\` ${list(given)}`,
    `list the same roles in both, or take \`${kind}\` out of the document`,
  );
}

function pathOf(role: iam.IRole): string {
  return role.node.path;
}

function arnOf(role: iam.IRole): string {
  return role.roleArn;
}
