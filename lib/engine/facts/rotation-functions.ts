import type { Resource, Snapshot } from '../../model/snapshot';
import { member } from '../../model/read';
import { resourcesNamed } from './lookup';

const FUNCTION = 'AWS::Lambda::Function';

/** The functions that rotate credentials which were declared. */
export function rotationFunctions(snapshot: Snapshot): readonly Resource[] {
  const rotating = snapshot
    .ofType('AWS::SecretsManager::RotationSchedule')
    .filter((schedule) =>
      resourcesNamed(schedule.properties['SecretId'], 'AWS::SecretsManager::Secret', schedule, snapshot).some(
        ({ intent }) => intent?.kind === 'credential',
      ),
    )
    .flatMap((schedule) => resourcesNamed(schedule.properties['RotationLambdaARN'], FUNCTION, schedule, snapshot));
  return [...new Set(rotating)];
}

/** Where a function logs, as far as it is said. */
export function logGroupsOf(code: Resource, snapshot: Snapshot): readonly Resource[] {
  return resourcesNamed(member(code.properties, 'LoggingConfig', 'LogGroup'), 'AWS::Logs::LogGroup', code, snapshot);
}
