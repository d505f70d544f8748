import type { Answer, Credentials } from './client';
import type { DeployedStage } from './deployed';
import type { LocalCloud } from './local-cloud';

type Attempts = Readonly<Record<string, (as: Credentials) => Promise<Answer>>>;

/** What somebody might try so that nothing is recorded, or that nobody can read what was, through the guard. */
export function attemptsOnTrail(cloud: LocalCloud, stage: DeployedStage): Attempts {
  const { region, name } = stage;
  const vault = (type: string, id: string): string => stage.find(type, `${name}/Record/Vault/${id}`);
  const json =
    (target: string, service: string, input: object) =>
    (as: Credentials): Promise<Answer> =>
      cloud.client.json(target, service, region, input, as);
  const trail = vault('AWS::CloudTrail::Trail', 'Trail');
  const logGroupName = vault('AWS::Logs::LogGroup', 'LogGroup/');
  const KeyId = vault('AWS::KMS::Key', 'Key/');
  const of = (operation: string): string => `CloudTrail_20131101.${operation}`;
  return {
    'stop the trail': json(of('StopLogging'), 'cloudtrail', { Name: trail }),
    'delete the trail': json(of('DeleteTrail'), 'cloudtrail', { Name: trail }),
    'change what the trail takes': json(of('PutEventSelectors'), 'cloudtrail', { TrailName: trail }),
    'divert the trail': json(of('UpdateTrail'), 'cloudtrail', { Name: trail, S3BucketName: 'elsewhere' }),
    'delete the log of the trail': json('Logs_20140328.DeleteLogGroup', 'logs', { logGroupName }),
    'keep the log for a day': json('Logs_20140328.PutRetentionPolicy', 'logs', { logGroupName, retentionInDays: 1 }),
    'disable its key': json('TrentService.DisableKey', 'kms', { KeyId }),
    'delete its key': json('TrentService.ScheduleKeyDeletion', 'kms', { KeyId, PendingWindowInDays: 7 }),
    'change the policy of its key': json('TrentService.PutKeyPolicy', 'kms', { KeyId, Policy: '{}' }),
  };
}
