import { runSimulation } from '@cloud-copilot/iam-simulate';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AuditVault } from '../../../lib/constructs/audit/audit-vault';
import type { AuditVaultProps } from '../../../lib/constructs/audit/audit-vault';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const EXECUTION_ROLE = `arn:aws:iam::${ACCOUNT}:role/cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-${REGION}`;

export function newStack(id = 'Orders', app = new App()): Stack {
  return new Stack(app, id, { env: { account: ACCOUNT, region: REGION } });
}

export function newVault(props: Partial<AuditVaultProps> = {}, stack = newStack()): AuditVault {
  return new AuditVault(stack, 'Audit', { retention: Duration.days(400), ...props });
}

/** The template of a stack as if it were deployed: intrinsics have become names and ARNs. */
export class Deployed {
  private readonly raw: Record<string, any>;

  constructor(stack: Stack) {
    this.raw = Template.fromStack(stack).toJSON().Resources;
  }

  /** The resource of this type whose logical id starts so, with its intrinsics resolved in its properties. */
  public find(type: string, idPrefix = ''): any {
    const found = Object.entries(this.raw).filter(([id, { Type }]) => Type === type && id.startsWith(idPrefix));
    if (found.length !== 1) throw new Error(`expected one ${type} ${idPrefix}*, got ${found.map(([id]) => id).join()}`);
    const resource = found[0]?.[1];
    return { ...resource, Properties: this.resolve(resource.Properties) };
  }

  /** The ARN of the resource of this type whose logical id starts so. */
  public arn(type: string, idPrefix = ''): string {
    const id = Object.keys(this.raw).find((each) => this.raw[each].Type === type && each.startsWith(idPrefix));
    return this.arnOf(id ?? '');
  }

  /** The policies that one role carries, and its boundary. */
  public role(idPrefix: string): { readonly arn: string; readonly identity: any[]; readonly boundary: any } {
    const id = Object.keys(this.raw).find(
      (each) => this.raw[each].Type === 'AWS::IAM::Role' && each.startsWith(idPrefix),
    );
    const identity = Object.values(this.raw)
      .filter(({ Type, Properties }) => Type === 'AWS::IAM::Policy' && Properties.Roles.some((r: any) => r.Ref === id))
      .map(({ Properties }) => this.resolve(Properties.PolicyDocument));
    const boundary = this.raw[this.raw[id ?? '']?.Properties.PermissionsBoundary.Ref];
    return { arn: this.arnOf(id ?? ''), identity, boundary: this.resolve(boundary.Properties.PolicyDocument) };
  }

  private resolve(value: any): any {
    if (Array.isArray(value)) return value.map((each) => this.resolve(each));
    if (typeof value !== 'object' || value === null) return value;
    if ('Ref' in value) return this.nameOf(value.Ref);
    if ('Fn::GetAtt' in value) {
      const [id, attribute] = value['Fn::GetAtt'];
      if (attribute !== 'Arn') throw new Error(`attribute ${attribute} is not modelled`);
      return this.arnOf(id);
    }
    if ('Fn::Join' in value) return this.resolve(value['Fn::Join'][1]).join(value['Fn::Join'][0]);
    if ('Fn::Sub' in value)
      return value['Fn::Sub'].replace(/\$\{([^}]+)\}/g, (_: string, name: string) => this.nameOf(name));
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.resolve(each)]));
  }

  private nameOf(id: string): string {
    const pseudo: Record<string, string> = {
      'AWS::Partition': 'aws',
      'AWS::AccountId': ACCOUNT,
      'AWS::Region': REGION,
      'AWS::URLSuffix': 'amazonaws.com',
    };
    const known = pseudo[id];
    if (known !== undefined) return known;
    if (!(id in this.raw)) throw new Error(`${id} is not in the template`);
    return this.raw[id].Properties?.TrailName ?? id.toLowerCase();
  }

  private arnOf(id: string): string {
    const name = this.nameOf(id);
    switch (this.raw[id].Type) {
      case 'AWS::S3::Bucket':
        return `arn:aws:s3:::${name}`;
      case 'AWS::KMS::Key':
        return `arn:aws:kms:${REGION}:${ACCOUNT}:key/${name}`;
      case 'AWS::IAM::Role':
        return `arn:aws:iam::${ACCOUNT}:role/${name}`;
      case 'AWS::Logs::LogGroup':
        return `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}:*`;
      default:
        throw new Error(`the ARN of ${this.raw[id].Type} is not modelled`);
    }
  }
}

/** A call as AWS would see it. */
export interface Call {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: Record<string, string>;
  /** @default - everything: an administrator of the account */
  readonly identity?: any[];
  readonly boundary?: any;
  readonly resourcePolicy?: any;
}

/** The policy of an administrator. */
export const EVERYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** Whether AWS would allow the call, by an evaluator that is not ours. */
export async function isAllowed(call: Call): Promise<boolean> {
  const isService = call.principal.endsWith('.amazonaws.com');
  const identity = isService ? [] : (call.identity ?? [EVERYTHING]);
  const answer = await runSimulation(
    {
      request: {
        principal: call.principal,
        action: call.action,
        resource: { resource: call.resource, accountId: ACCOUNT },
        contextVariables: {
          'aws:SecureTransport': 'true',
          's3:TlsVersion': '1.3',
          ...(isService
            ? { 'aws:PrincipalServiceName': call.principal, 'aws:PrincipalIsAWSService': 'true' }
            : { 'aws:PrincipalArn': call.principal, 'aws:PrincipalAccount': ACCOUNT }),
          ...call.context,
        },
      },
      identityPolicies: identity.map((policy, index) => ({ name: `identity${index}`, policy })),
      permissionBoundaryPolicies:
        call.boundary === undefined ? undefined : [{ name: 'boundary', policy: call.boundary }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: call.resourcePolicy,
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(`not simulated: ${JSON.stringify(answer)}`);
  return answer.overallResult === 'Allowed';
}

/**
 * As `isAllowed`, for a key policy. The evaluator drops encryption contexts, which no action declares, so they are given
 * another name in the policy and in the request.
 */
export function isAllowedByKey(call: Call): Promise<boolean> {
  const renamed = (value: unknown): any =>
    JSON.parse(JSON.stringify(value ?? {}).replace(/kms:EncryptionContext:aws:/g, 'aws:PrincipalTag/'));
  return isAllowed({ ...call, context: renamed(call.context), resourcePolicy: renamed(call.resourcePolicy) });
}
