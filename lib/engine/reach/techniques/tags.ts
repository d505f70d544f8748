import type { TargetKind, Technique } from '../technique';
import { call } from './make';

const tagging = (id: string, target: TargetKind, tag: string, untag: string): readonly Technique[] => [
  call(id, [], target, 'tag', tag),
  call(`${id}-away`, [], target, 'untag', untag),
];

/**
 * The tags that conditions read. They are no goal, and nobody looks for them: where a permission asks for a tag that is
 * not there, whoever is under control is asked to write it (`reach/tagging.ts`).
 */
export const TAGS: readonly Technique[] = [
  ...tagging('iam-tag-role', 'role', 'iam:TagRole', 'iam:UntagRole'),
  ...tagging('iam-tag-user', 'user', 'iam:TagUser', 'iam:UntagUser'),
  ...tagging('kms-tag-key', 'AWS::KMS::Key', 'kms:TagResource', 'kms:UntagResource'),
  ...tagging('secret-tag', 'AWS::SecretsManager::Secret', 'secretsmanager:TagResource', 'secretsmanager:UntagResource'),
  ...tagging('sqs-tag-queue', 'AWS::SQS::Queue', 'sqs:TagQueue', 'sqs:UntagQueue'),
  ...tagging('lambda-tag-function', 'AWS::Lambda::Function', 'lambda:TagResource', 'lambda:UntagResource'),
  ...tagging('states-tag-machine', 'AWS::StepFunctions::StateMachine', 'states:TagResource', 'states:UntagResource'),
  ...tagging('ec2-tag-instance', 'instance', 'ec2:CreateTags', 'ec2:DeleteTags'),
];
