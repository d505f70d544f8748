import { ACCOUNT, REGION } from './raw';
import type { Raw } from './raw';

/** The physical id that a resource gets. */
export function physicalId(stack: string, id: string, { Type, Properties = {} }: Raw): string {
  const name = `${stack}-${id}-1A2B`;
  switch (Type) {
    case 'AWS::CloudFormation::Stack':
      return `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${name}/1111-2222`;
    case 'AWS::IAM::ManagedPolicy':
      return `arn:aws:iam::${ACCOUNT}:policy${Properties.Path ?? '/'}${name}`;
    case 'AWS::SecretsManager::Secret':
      return `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${id}-AbCdEf`;
    case 'AWS::SNS::Topic':
      return `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`;
    case 'AWS::KMS::Key':
      return `0000-${id}`;
    case 'AWS::S3::Bucket':
      return name.toLowerCase();
    case 'AWS::Logs::SubscriptionFilter':
      return Properties.FilterName ?? name;
    case 'AWS::CloudTrail::Trail':
      return Properties.TrailName ?? name;
    case 'AWS::ApiGateway::Stage':
      return Properties.StageName;
    case 'AWS::ApiGateway::RestApi':
      return `api${id.length}`;
    default:
      return typeof Properties.RoleName === 'string' ? Properties.RoleName : name;
  }
}

/** The ARN of a resource. */
export function arnOf(type: string, id: string, properties: Raw = {}): string {
  switch (type) {
    case 'AWS::IAM::User':
      return `arn:aws:iam::${ACCOUNT}:user${properties['Path'] ?? '/'}${id}`;
    case 'AWS::IAM::Group':
      return `arn:aws:iam::${ACCOUNT}:group${properties['Path'] ?? '/'}${id}`;
    case 'AWS::IAM::Role':
      return `arn:aws:iam::${ACCOUNT}:role${properties['Path'] ?? '/'}${id}`;
    case 'AWS::S3::Bucket':
      return `arn:aws:s3:::${id}`;
    case 'AWS::KMS::Key':
      return `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`;
    case 'AWS::CloudTrail::Trail':
      return `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/${id}`;
    case 'AWS::Logs::LogGroup':
      return `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${id}:*`;
    case 'AWS::Lambda::Function':
      return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${id}`;
    case 'AWS::DynamoDB::Table':
      return `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${id}`;
    case 'AWS::SQS::Queue':
      return `arn:aws:sqs:${REGION}:${ACCOUNT}:${id}`;
    case 'AWS::Events::Rule':
      return `arn:aws:events:${REGION}:${ACCOUNT}:rule/${id}`;
    case 'AWS::CloudWatch::Alarm':
      return `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${id}`;
    default:
      return id.startsWith('arn:') ? id : `arn:made-up:${type}:${id}`;
  }
}
