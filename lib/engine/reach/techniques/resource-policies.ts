import type { Rewriting, TargetKind, Technique } from '../technique';
import { DEPLOYED, call, on } from './make';
import type { Actions, Extra } from './make';

function write(
  id: string,
  references: readonly string[],
  target: TargetKind,
  rewrites: Rewriting,
  actions: Actions,
  extra: Extra & Parameters<typeof call>[5] = {},
): Technique {
  return { ...call(id, references, target, 'use', actions, extra), rewrites };
}

/** Nobody is let in that way; what a Deny kept from somebody is not kept any more. */
function remove(id: string, target: TargetKind, actions: Actions, rewrites: Rewriting = 'remove'): Technique {
  return { ...call(id, [], target, 'remove-policy', actions), rewrites };
}

const SECRET = 'AWS::SecretsManager::Secret';
const FUNCTION = 'AWS::Lambda::Function';

/** Policies on resources, by those who may write them. What follows from each: `rewritten-world.ts`. */
export const RESOURCE_POLICIES: readonly Technique[] = [
  write('s3-bucket-policy', ['cand-s3-bucketpolicy'], 'AWS::S3::Bucket', 'replace', 's3:PutBucketPolicy'),
  remove('s3-no-bucket-policy', 'AWS::S3::Bucket', 's3:DeleteBucketPolicy'),
  write('kms-key-policy', ['cand-kms-keypolicy'], 'AWS::KMS::Key', 'replace', 'kms:PutKeyPolicy'),
  write('kms-grant', ['cand-kms-grant'], 'AWS::KMS::Key', 'grant', 'kms:CreateGrant', { about: 'grant' }),
  write('secret-policy', ['cand-secret-policy'], SECRET, 'replace', 'secretsmanager:PutResourcePolicy'),
  remove('secret-no-policy', SECRET, 'secretsmanager:DeleteResourcePolicy'),
  write('sqs-policy', ['cand-sqs-policy'], 'AWS::SQS::Queue', 'replace', 'sqs:SetQueueAttributes'),
  write('sqs-add-permission', ['cand-sqs-policy'], 'AWS::SQS::Queue', 'add-account', 'sqs:AddPermission'),
  remove('sqs-remove-permission', 'AWS::SQS::Queue', 'sqs:RemovePermission', 'unlabel'),
  write('sns-policy', ['cand-sns-policy'], 'AWS::SNS::Topic', 'replace', 'sns:SetTopicAttributes'),
  write('sns-add-permission', ['cand-sns-policy'], 'AWS::SNS::Topic', 'add-account', 'sns:AddPermission'),
  remove('sns-remove-permission', 'AWS::SNS::Topic', 'sns:RemovePermission', 'unlabel'),
  write('lambda-add-permission', ['cand-lambda-addperm'], FUNCTION, 'add', 'lambda:AddPermission', {
    about: 'let-in',
  }),
  // The whole policy, what `lambda:AddPermission` added included.
  write('lambda-resource-policy', [], FUNCTION, 'replace', 'lambda:PutResourcePolicy'),
  remove('lambda-no-resource-policy', FUNCTION, 'lambda:DeleteResourcePolicy'),
  write('ecr-repository-policy', [], 'AWS::ECR::Repository', 'replace', 'ecr:SetRepositoryPolicy'),
  remove('ecr-no-repository-policy', 'AWS::ECR::Repository', 'ecr:DeleteRepositoryPolicy'),
  write('dynamodb-table-policy', [], 'AWS::DynamoDB::Table', 'replace', 'dynamodb:PutResourcePolicy'),
  remove('dynamodb-no-table-policy', 'AWS::DynamoDB::Table', 'dynamodb:DeleteResourcePolicy'),
  write('events-bus-policy', [], 'AWS::Events::EventBus', 'replace', 'events:PutPermission'),
  remove('events-no-bus-policy', 'AWS::Events::EventBus', 'events:RemovePermission'),
  {
    ...write('apigateway-policy', ['cand-apigw-policy'], 'AWS::ApiGateway::RestApi', 'replace', []),
    needs: [[on('apigateway:UpdateRestApiPolicy'), on('apigateway:PATCH')]],
    ...DEPLOYED,
  },
];
