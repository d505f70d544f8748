import type { PolicyDocument } from '../../model/policy';
import type { MapValue } from '../../model/value';
import { parsePolicy } from '../parse/policy-document';

interface Grant {
  readonly allow?: readonly string[];
  /** `NotAction` of an Allow on everything. */
  readonly allowAllBut?: readonly string[];
  readonly resource?: string;
}

/**
 * What the common AWS managed policies grant, by name with path, without `arn:aws:iam::aws:policy/`. AWS may widen
 * any of them; of policies that it changes often there is none here: they are unknown.
 *
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const POLICIES: Readonly<Record<string, readonly Grant[]>> = {
  AdministratorAccess: [{ allow: ['*'] }],
  PowerUserAccess: [
    { allowAllBut: ['iam:*', 'organizations:*', 'account:*'] },
    {
      allow: [
        'account:GetAccountInformation',
        'account:GetGovCloudAccountInformation',
        'account:GetPrimaryEmail',
        'account:ListRegions',
        'iam:CreateServiceLinkedRole',
        'iam:DeleteServiceLinkedRole',
        'iam:ListRoles',
        'organizations:DescribeEffectivePolicy',
        'organizations:DescribeOrganization',
      ],
    },
  ],
  IAMFullAccess: [
    {
      allow: [
        'iam:*',
        'organizations:DescribeAccount',
        'organizations:DescribeOrganization',
        'organizations:DescribeOrganizationalUnit',
        'organizations:DescribePolicy',
        'organizations:ListChildren',
        'organizations:ListParents',
        'organizations:ListPoliciesForTarget',
        'organizations:ListRoots',
        'organizations:ListPolicies',
        'organizations:ListTargetsForPolicy',
      ],
    },
  ],
  AWSXRayDaemonWriteAccess: [
    {
      allow: [
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
        'xray:GetSamplingStatisticSummaries',
      ],
    },
  ],
  AmazonS3ReadOnlyAccess: [
    { allow: ['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'] },
  ],
  AmazonS3FullAccess: [{ allow: ['s3:*', 's3-object-lambda:*'] }],
  AmazonSQSFullAccess: [{ allow: ['sqs:*'] }],
  AmazonSNSFullAccess: [{ allow: ['sns:*'] }],
  AmazonAPIGatewayAdministrator: [{ allow: ['apigateway:*'], resource: 'arn:aws:apigateway:*::/*' }],
  AmazonAPIGatewayInvokeFullAccess: [
    { allow: ['execute-api:Invoke', 'execute-api:ManageConnections'], resource: 'arn:aws:execute-api:*:*:*' },
  ],
  'service-role/AWSLambdaBasicExecutionRole': [
    { allow: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'] },
  ],
  'service-role/AWSLambdaVPCAccessExecutionRole': [
    {
      allow: [
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'ec2:CreateNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:DeleteNetworkInterface',
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
      ],
    },
  ],
  'service-role/AWSLambdaSQSQueueExecutionRole': [
    {
      allow: [
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
      ],
    },
  ],
  'service-role/AWSLambdaDynamoDBExecutionRole': [
    {
      allow: [
        'dynamodb:DescribeStream',
        'dynamodb:GetRecords',
        'dynamodb:GetShardIterator',
        'dynamodb:ListStreams',
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
      ],
    },
  ],
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs': [
    {
      allow: [
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:DescribeLogGroups',
        'logs:DescribeLogStreams',
        'logs:PutLogEvents',
        'logs:GetLogEvents',
        'logs:FilterLogEvents',
      ],
    },
  ],
  'service-role/AmazonECSTaskExecutionRolePolicy': [
    {
      allow: [
        'ecr:GetAuthorizationToken',
        'ecr:BatchCheckLayerAvailability',
        'ecr:GetDownloadUrlForLayer',
        'ecr:BatchGetImage',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
      ],
    },
  ],
};

const documents = new Map<string, PolicyDocument>();

/** The document of an AWS managed policy by its name with path; `undefined` where it is not known. */
export function awsManagedPolicy(name: string): PolicyDocument | undefined {
  if (!Object.hasOwn(POLICIES, name)) return undefined;
  let document = documents.get(name);
  if (document === undefined) {
    const statements = POLICIES[name].map(
      ({ allow, allowAllBut, resource = '*' }): MapValue => ({
        Effect: 'Allow',
        ...(allow === undefined ? { NotAction: allowAllBut ?? [] } : { Action: allow }),
        Resource: resource,
      }),
    );
    document = parsePolicy({ Version: '2012-10-17', Statement: statements });
    documents.set(name, document);
  }
  return document;
}
