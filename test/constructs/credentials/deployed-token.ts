import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { OpaqueToken } from '../../../lib/constructs/credentials/opaque-token';
import type { OpaqueTokenProps } from '../../../lib/constructs/credentials/opaque-token';
import { WorkloadRole } from '../../../lib/constructs/roles/workload-role';
import { ACCOUNT, isAllowed, REGION } from '../audit/deployed';

export const LAMBDA = new iam.ServicePrincipal('lambda.amazonaws.com');

export function newStack(id = 'Orders', app = new App()): Stack {
  return new Stack(app, id, { env: { account: ACCOUNT, region: REGION } });
}

export function newReader(stack: Stack, id = 'Reader'): WorkloadRole {
  return new WorkloadRole(stack, id, { owner: 'orders-team', purpose: 'sends webhooks', assumedBy: LAMBDA });
}

export function newToken(stack: Stack, props: Partial<OpaqueTokenProps> = {}, id = 'Token'): OpaqueToken {
  return new OpaqueToken(stack, id, {
    owner: 'partners',
    purpose: 'webhook signing',
    reader: 'reader' in props ? (props.reader as iam.IRole) : newReader(stack),
    rotateEvery: Duration.days(7),
    expiresOn: '2027-06-30',
    ...props,
  });
}

/** What a call carries besides its principal. */
export interface Request {
  readonly action: string;
  readonly context?: Record<string, string>;
}

/** The resources of a stack as if they were deployed, and what their policies then allow. */
export class DeployedToken {
  public readonly resources: Record<string, any>;

  constructor(stack: Stack) {
    this.resources = Template.fromStack(stack).toJSON().Resources;
  }

  /** The only resource of a type, its intrinsics resolved. */
  public only(type: string, idPrefix = ''): any {
    const { Properties, ...rest } = this.resources[this.idOf(type, idPrefix)];
    return { ...rest, Properties: this.resolve(Properties) };
  }

  public idOf(type: string, idPrefix = ''): string {
    const ids = Object.keys(this.resources).filter(
      (id) =>
        this.resources[id].Type === type &&
        id.startsWith(idPrefix) &&
        // Of functions that of the rotation is meant, unless one is named.
        (idPrefix !== '' || !id.includes('RemovalFunction')),
    );
    if (ids.length !== 1) throw new Error(`expected one ${type} ${idPrefix}*, got ${ids.join()}`);
    return ids[0];
  }

  public arnOf(type: string, idPrefix = ''): string {
    return this.reference(this.idOf(type, idPrefix), 'Arn');
  }

  /** Whether a role of the stack may do it; `undefined` for a foreign role that IAM allows everything. */
  public async maySecret(roleIdPrefix: string | undefined, { action, context }: Request): Promise<boolean> {
    const secret = this.only('AWS::SecretsManager::Secret');
    const tags = Object.fromEntries(
      secret.Properties.Tags.map(({ Key, Value }: any) => [`aws:ResourceTag/${Key}`, Value]),
    );
    return isAllowed({
      ...this.caller(roleIdPrefix),
      action: `secretsmanager:${action}`,
      resource: this.arnOf('AWS::SecretsManager::Secret'),
      context: { ...tags, ...context },
      resourcePolicy: this.only('AWS::SecretsManager::ResourcePolicy').Properties.ResourcePolicy,
    });
  }

  /** The same for the key, by default through Secrets Manager for this secret. */
  public async mayKey(roleIdPrefix: string | undefined, { action, context }: Request): Promise<boolean> {
    return isAllowed(
      // The evaluator drops encryption contexts, so they get another name, in the policies and in the request.
      renamed({
        ...this.caller(roleIdPrefix),
        action: `kms:${action}`,
        resource: this.arnOf('AWS::KMS::Key'),
        context: {
          'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com`,
          'kms:EncryptionContext:SecretARN': this.arnOf('AWS::SecretsManager::Secret'),
          'kms:EncryptionContext:SecretVersionId': 'version-1',
          ...context,
        },
        resourcePolicy: this.only('AWS::KMS::Key').Properties.KeyPolicy,
      }),
    );
  }

  public caller(roleIdPrefix: string | undefined): { principal: string; identity?: any[]; boundary?: any } {
    if (roleIdPrefix === undefined) return { principal: `arn:aws:iam::${ACCOUNT}:role/Administrator` };
    const id = this.idOf('AWS::IAM::Role', roleIdPrefix);
    const identity = Object.values(this.resources)
      .filter(({ Type, Properties }) => Type === 'AWS::IAM::Policy' && Properties.Roles.some((r: any) => r.Ref === id))
      .map(({ Properties }) => this.resolve(Properties.PolicyDocument));
    const boundary = this.resources[this.resources[id].Properties.PermissionsBoundary.Ref];
    return {
      principal: this.reference(id, 'Arn'),
      identity,
      boundary: this.resolve(boundary.Properties.PolicyDocument),
    };
  }

  private resolve(value: any): any {
    if (Array.isArray(value)) return value.map((each) => this.resolve(each));
    if (typeof value !== 'object' || value === null) return value;
    if ('Ref' in value) return this.reference(value.Ref, 'Ref');
    if ('Fn::GetAtt' in value) return this.reference(value['Fn::GetAtt'][0], value['Fn::GetAtt'][1]);
    if ('Fn::Join' in value) return this.resolve(value['Fn::Join'][1]).join(value['Fn::Join'][0]);
    if ('Fn::Sub' in value) return value['Fn::Sub'];
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.resolve(each)]));
  }

  private reference(id: string, attribute: string): string {
    if (id === 'AWS::Partition') return 'aws';
    const arn = (service: string, rest: string, region = REGION) => `arn:aws:${service}:${region}:${ACCOUNT}:${rest}`;
    const type = this.resources[id]?.Type;
    switch (type) {
      case 'AWS::SecretsManager::Secret':
        // As CloudFormation and Secrets Manager name it.
        return arn('secretsmanager', `secret:${this.resources[id].Properties.Name ?? `${id}-a1B2c3D4e5F6`}-x7Y8z9`);
      case 'AWS::IAM::Role':
        return attribute === 'Arn' ? arn('iam', `role/${id}`, '') : id;
      case 'AWS::KMS::Key':
        return arn('kms', `key/${id}`);
      case 'AWS::Lambda::Function':
        return arn('lambda', `function:${id}`);
      case 'AWS::S3::Bucket':
        return attribute === 'Arn' ? `arn:aws:s3:::${id.toLowerCase()}` : id;
      case 'AWS::SQS::Queue':
        return attribute === 'Arn' ? arn('sqs', id) : id;
      case 'AWS::DynamoDB::Table':
        return attribute === 'Arn' ? arn('dynamodb', `table/${id}`) : id;
      case 'AWS::SNS::Topic':
        return arn('sns', id);
      case 'AWS::Logs::LogGroup':
        return attribute === 'Arn' ? arn('logs', `log-group:${id}:*`) : id;
      default:
        return id;
    }
  }
}

function renamed<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replace(/kms:EncryptionContext:/g, 'aws:PrincipalTag/'));
}
