import type { HoleShape } from '../model/value';

/**
 * What `Ref` and `GetAtt` of a resource type give, as patterns.
 *
 * In a pattern `{P}`, `{R}`, `{A}`, `{S}` are partition, region, account and URL suffix; `{name}` is the physical
 * name; `{Prop}` is a property, `{Prop|x}` with a default, `{Prop!}` without a scheme such as `https://`; `{=Attr}` is
 * text that AWS makes up, without `:`, `/` and wildcards, and `{~Attr}` text that may have `:` and `/`.
 *
 * Where `ref` is left out it is the physical name.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */
export interface TypeFacts {
  /** The property with the physical name. Without one AWS makes the name up. */
  readonly name?: string;
  /** What a name can hold. */
  readonly nameShape?: HoleShape;
  readonly ref?: string;
  readonly arn?: string;
  /** Attributes besides the ARN; `@arn` stands for it. */
  readonly attributes?: Readonly<Record<string, string>>;
}

const ARN = { Arn: '@arn' } as const;

function iam(kind: string, name: string): TypeFacts {
  return { name, arn: `arn:{P}:iam::{A}:${kind}{Path|/}{name}`, attributes: ARN };
}

function regional(
  service: string,
  resource: string,
  name: string,
  attributes: TypeFacts['attributes'] = ARN,
): TypeFacts {
  return { name, arn: `arn:{P}:${service}:{R}:{A}:${resource}`, attributes };
}

const LAMBDA: TypeFacts = { ...regional('lambda', 'function:{name}', 'FunctionName') };
const TABLE: TypeFacts = {
  ...regional('dynamodb', 'table/{name}', 'TableName'),
  attributes: { Arn: '@arn', StreamArn: 'arn:{P}:dynamodb:{R}:{A}:table/{name}/stream/{~StreamLabel}' },
};
const KEY: TypeFacts = { arn: 'arn:{P}:kms:{R}:{A}:key/{name}', attributes: { Arn: '@arn', KeyId: '{name}' } };
const REST_API: TypeFacts = {
  arn: 'arn:{P}:apigateway:{R}::/restapis/{name}',
  attributes: { RootResourceId: '{=RootResourceId}', RestApiId: '{name}' },
};

/** Facts by type. A type that is not here gives one hole for each reference. */
export const ARN_TABLE: Readonly<Record<string, TypeFacts>> = {
  'AWS::IAM::Role': { ...iam('role', 'RoleName'), attributes: { Arn: '@arn', RoleId: '{=RoleId}' } },
  'AWS::IAM::User': iam('user', 'UserName'),
  'AWS::IAM::Group': iam('group', 'GroupName'),
  'AWS::IAM::InstanceProfile': iam('instance-profile', 'InstanceProfileName'),
  'AWS::IAM::ServerCertificate': iam('server-certificate', 'ServerCertificateName'),
  'AWS::IAM::ManagedPolicy': {
    ...iam('policy', 'ManagedPolicyName'),
    ref: '@arn',
    attributes: { PolicyArn: '@arn', PolicyId: '{=PolicyId}' },
  },
  'AWS::IAM::OIDCProvider': { ref: '@arn', arn: 'arn:{P}:iam::{A}:oidc-provider/{Url!}', attributes: ARN },
  'AWS::IAM::SAMLProvider': {
    name: 'Name',
    ref: '@arn',
    arn: 'arn:{P}:iam::{A}:saml-provider/{name}',
    attributes: ARN,
  },
  'AWS::IAM::AccessKey': {},
  'AWS::IAM::Policy': { name: 'PolicyName' },
  'AWS::IAM::RolePolicy': { name: 'PolicyName' },
  'AWS::IAM::UserPolicy': { name: 'PolicyName' },
  'AWS::IAM::GroupPolicy': { name: 'PolicyName' },

  'AWS::Lambda::Function': LAMBDA,
  'AWS::Serverless::Function': LAMBDA,
  'AWS::Lambda::Alias': {
    ref: '@arn',
    arn: 'arn:{P}:lambda:{R}:{A}:function:{FunctionName}:{Name}',
    attributes: { AliasArn: '@arn' },
  },
  'AWS::Lambda::Version': {
    ref: '@arn',
    arn: 'arn:{P}:lambda:{R}:{A}:function:{FunctionName}:{=Version}',
    attributes: { FunctionArn: '@arn', Version: '{=Version}' },
  },
  'AWS::Lambda::LayerVersion': {
    name: 'LayerName',
    ref: '@arn',
    arn: 'arn:{P}:lambda:{R}:{A}:layer:{name}:{=Version}',
    attributes: { LayerVersionArn: '@arn' },
  },
  'AWS::Lambda::EventSourceMapping': {},
  'AWS::Lambda::CodeSigningConfig': {
    ref: '@arn',
    arn: 'arn:{P}:lambda:{R}:{A}:code-signing-config:{=CodeSigningConfigId}',
    attributes: { CodeSigningConfigArn: '@arn', CodeSigningConfigId: '{=CodeSigningConfigId}' },
  },

  'AWS::S3::Bucket': {
    name: 'BucketName',
    arn: 'arn:{P}:s3:::{name}',
    attributes: {
      Arn: '@arn',
      DomainName: '{name}.s3.{S}',
      RegionalDomainName: '{name}.s3.{R}.{S}',
      DualStackDomainName: '{name}.s3.dualstack.{R}.{S}',
    },
  },
  'AWS::S3::AccessPoint': {
    ...regional('s3', 'accesspoint/{name}', 'Name'),
    attributes: { Arn: '@arn', Name: '{name}', Alias: '{=Alias}' },
  },

  'AWS::KMS::Key': KEY,
  'AWS::KMS::ReplicaKey': KEY,
  'AWS::KMS::Alias': { name: 'AliasName', nameShape: 'physical-id', arn: 'arn:{P}:kms:{R}:{A}:{name}' },
  'AWS::SecretsManager::Secret': {
    ref: '@arn',
    arn: 'arn:{P}:secretsmanager:{R}:{A}:secret:{Name-Suffix}',
    attributes: { Id: '@arn' },
  },
  'AWS::SecretsManager::SecretTargetAttachment': { ref: '{SecretId}' },
  'AWS::SecretsManager::ResourcePolicy': { ref: '{SecretId}' },
  'AWS::SecretsManager::RotationSchedule': { ref: '{SecretId}' },
  'AWS::SSM::Parameter': {
    ...regional('ssm', 'parameter{name/}', 'Name', {}),
    nameShape: 'physical-id',
  },
  'AWS::SSM::Document': regional('ssm', 'document/{name}', 'Name', {}),

  'AWS::SQS::Queue': {
    ...regional('sqs', '{name}', 'QueueName'),
    ref: 'https://sqs.{R}.{S}/{A}/{name}',
    attributes: { Arn: '@arn', QueueName: '{name}', QueueUrl: 'https://sqs.{R}.{S}/{A}/{name}' },
  },
  'AWS::SNS::Topic': {
    ...regional('sns', '{name}', 'TopicName', { TopicArn: '@arn', TopicName: '{name}' }),
    ref: '@arn',
  },
  'AWS::SNS::Subscription': { ref: '{~Arn}', attributes: { Arn: '{~Arn}' } },
  'AWS::DynamoDB::Table': TABLE,
  'AWS::Serverless::SimpleTable': TABLE,
  'AWS::DynamoDB::GlobalTable': { ...TABLE, attributes: { ...TABLE.attributes, TableId: '{=TableId}' } },
  'AWS::Kinesis::Stream': regional('kinesis', 'stream/{name}', 'Name'),
  'AWS::KinesisFirehose::DeliveryStream': regional('firehose', 'deliverystream/{name}', 'DeliveryStreamName'),

  'AWS::ApiGateway::RestApi': REST_API,
  'AWS::Serverless::Api': REST_API,
  'AWS::ApiGateway::Resource': { attributes: { ResourceId: '{name}' } },
  'AWS::ApiGateway::Deployment': { attributes: { DeploymentId: '{name}' } },
  'AWS::ApiGateway::Stage': {
    name: 'StageName',
    arn: 'arn:{P}:apigateway:{R}::/restapis/{RestApiId}/stages/{name}',
  },
  'AWS::ApiGateway::ApiKey': { attributes: { APIKeyId: '{name}' }, arn: 'arn:{P}:apigateway:{R}::/apikeys/{name}' },
  'AWS::ApiGateway::Authorizer': { attributes: { AuthorizerId: '{name}' } },
  'AWS::ApiGateway::UsagePlan': { attributes: { Id: '{name}' }, arn: 'arn:{P}:apigateway:{R}::/usageplans/{name}' },
  'AWS::ApiGateway::RequestValidator': { attributes: { RequestValidatorId: '{name}' } },
  'AWS::ApiGateway::Model': { name: 'Name' },
  'AWS::ApiGateway::VpcLink': { attributes: { VpcLinkId: '{name}' } },
  'AWS::ApiGateway::DomainName': { name: 'DomainName', arn: 'arn:{P}:apigateway:{R}::/domainnames/{name}' },
  'AWS::ApiGatewayV2::Api': {
    arn: 'arn:{P}:apigateway:{R}::/apis/{name}',
    attributes: { ApiId: '{name}', ApiEndpoint: '{~ApiEndpoint}' },
  },
  'AWS::ApiGatewayV2::Stage': { name: 'StageName' },
  'AWS::ApiGatewayV2::Authorizer': { attributes: { AuthorizerId: '{name}' } },
  'AWS::ApiGatewayV2::Integration': { attributes: { IntegrationId: '{name}' } },
  'AWS::ApiGatewayV2::Route': { attributes: { RouteId: '{name}' } },

  'AWS::Logs::LogGroup': {
    ...regional('logs', 'log-group:{name}:*', 'LogGroupName'),
    nameShape: 'physical-id',
  },
  'AWS::CloudTrail::Trail': {
    ...regional('cloudtrail', 'trail/{name}', 'TrailName'),
    attributes: { Arn: '@arn', SnsTopicArn: '{~SnsTopicArn}' },
  },
  'AWS::CloudTrail::EventDataStore': {
    ref: '@arn',
    arn: 'arn:{P}:cloudtrail:{R}:{A}:eventdatastore/{=EventDataStoreId}',
    attributes: { EventDataStoreArn: '@arn' },
  },
  'AWS::CloudWatch::Alarm': { ...regional('cloudwatch', 'alarm:{name}', 'AlarmName'), nameShape: 'physical-id' },
  'AWS::CloudWatch::CompositeAlarm': {
    ...regional('cloudwatch', 'alarm:{name}', 'AlarmName'),
    nameShape: 'physical-id',
  },

  'AWS::StepFunctions::StateMachine': {
    ...regional('states', 'stateMachine:{name}', 'StateMachineName', { Arn: '@arn', Name: '{name}' }),
    ref: '@arn',
  },
  'AWS::Serverless::StateMachine': {
    ...regional('states', 'stateMachine:{name}', 'Name', { Arn: '@arn', Name: '{name}' }),
    ref: '@arn',
  },
  'AWS::StepFunctions::Activity': {
    ...regional('states', 'activity:{name}', 'Name', { Arn: '@arn', Name: '{name}' }),
    ref: '@arn',
  },
  'AWS::ECR::Repository': {
    ...regional('ecr', 'repository/{name}', 'RepositoryName'),
    nameShape: 'physical-id',
    attributes: { Arn: '@arn', RepositoryUri: '{A}.dkr.ecr.{R}.{S}/{name}' },
  },
  'AWS::ECS::Cluster': regional('ecs', 'cluster/{name}', 'ClusterName'),
  'AWS::ECS::TaskDefinition': {
    name: 'Family',
    ref: '@arn',
    arn: 'arn:{P}:ecs:{R}:{A}:task-definition/{name}:{=Revision}',
    attributes: { TaskDefinitionArn: '@arn' },
  },
  'AWS::ECS::Service': { ref: '{~ServiceArn}', attributes: { ServiceArn: '{~ServiceArn}', Name: '{=Name}' } },
  'AWS::EKS::Cluster': regional('eks', 'cluster/{name}', 'Name'),

  'AWS::Events::EventBus': {
    ...regional('events', 'event-bus/{name}', 'Name'),
    nameShape: 'physical-id',
    attributes: { Arn: '@arn', Name: '{name}' },
  },
  'AWS::Events::Rule': {
    ref: '{~Ref}',
    arn: 'arn:{P}:events:{R}:{A}:rule/{EventBusName?}{Name}',
    attributes: ARN,
  },
  'AWS::Scheduler::Schedule': regional('scheduler', 'schedule/{GroupName|default}/{name}', 'Name'),
  'AWS::Pipes::Pipe': regional('pipes', 'pipe/{name}', 'Name'),

  'AWS::Cognito::UserPool': {
    arn: 'arn:{P}:cognito-idp:{R}:{A}:userpool/{name}',
    attributes: {
      Arn: '@arn',
      UserPoolId: '{name}',
      ProviderName: 'cognito-idp.{R}.{S}/{name}',
      ProviderURL: 'https://cognito-idp.{R}.{S}/{name}',
    },
  },
  'AWS::Cognito::UserPoolClient': { attributes: { ClientId: '{name}' } },
  'AWS::Cognito::IdentityPool': { ref: '{~Ref}' },

  'AWS::CodeBuild::Project': regional('codebuild', 'project/{name}', 'Name'),
  'AWS::CodePipeline::Pipeline': regional('codepipeline', '{name}', 'Name', {}),
  'AWS::CodeCommit::Repository': {
    ...regional('codecommit', '{=Name}', 'RepositoryName', { Arn: '{~Arn}', Name: '{~Name}' }),
    ref: '{=Ref}',
  },
  'AWS::RDS::DBInstance': {
    ...regional('rds', 'db:{name}', 'DBInstanceIdentifier', { DBInstanceArn: '@arn' }),
  },
  'AWS::RDS::DBCluster': {
    ...regional('rds', 'cluster:{name}', 'DBClusterIdentifier', { DBClusterArn: '@arn' }),
  },
  'AWS::EFS::FileSystem': {
    arn: 'arn:{P}:elasticfilesystem:{R}:{A}:file-system/{name}',
    attributes: { Arn: '@arn', FileSystemId: '{name}' },
  },
  'AWS::EC2::Instance': { arn: 'arn:{P}:ec2:{R}:{A}:instance/{name}', attributes: { InstanceId: '{name}' } },
  'AWS::EC2::VPC': {
    arn: 'arn:{P}:ec2:{R}:{A}:vpc/{name}',
    attributes: {
      VpcId: '{name}',
      DefaultSecurityGroup: '{=DefaultSecurityGroup}',
      DefaultNetworkAcl: '{=DefaultNetworkAcl}',
      CidrBlock: '{CidrBlock}',
    },
  },
  'AWS::EC2::VPCEndpoint': { arn: 'arn:{P}:ec2:{R}:{A}:vpc-endpoint/{name}', attributes: { Id: '{name}' } },
  'AWS::EC2::Subnet': {
    arn: 'arn:{P}:ec2:{R}:{A}:subnet/{name}',
    attributes: { SubnetId: '{name}', VpcId: '{VpcId}', CidrBlock: '{CidrBlock}' },
  },
  'AWS::EC2::SecurityGroup': { ref: '{~Ref}', attributes: { GroupId: '{=GroupId}', VpcId: '{=VpcId}' } },
  'AWS::CloudFront::Distribution': {
    arn: 'arn:{P}:cloudfront::{A}:distribution/{name}',
    attributes: { Id: '{name}', DomainName: '{=DomainName}' },
  },
};
