import type { Answer } from '../../../../lib/runtime/review/call';
import { arnOf } from './names';
import { awsError, found } from './raw';
import type { OfType, Raw } from './raw';

/** Trails, by ARN. */
export class CloudTrail {
  public readonly trails = new Map<string, Raw>();

  constructor(ofType: OfType) {
    for (const { type, id, properties } of ofType('AWS::CloudTrail::Trail')) {
      this.trails.set(arnOf(type, id), { ...properties, logs: properties['IsLogging'] });
    }
  }

  public GetTrail({ Name }: Raw): Answer {
    const { KMSKeyId, EnableLogFileValidation, ...trail } = found(this.trails, Name, 'TrailNotFoundException');
    return { Trail: { ...trail, KmsKeyId: KMSKeyId, LogFileValidationEnabled: EnableLogFileValidation } };
  }

  public GetTrailStatus({ Name }: Raw): Answer {
    return { IsLogging: this.trails.get(Name)?.['logs'], LatestDeliveryError: this.trails.get(Name)?.['error'] };
  }

  public GetEventSelectors({ TrailName }: Raw): Answer {
    const { AdvancedEventSelectors, EventSelectors } = this.trails.get(TrailName) as Raw;
    return { AdvancedEventSelectors, EventSelectors };
  }

  public GetInsightSelectors({ TrailName }: Raw): Answer {
    const { InsightSelectors } = this.trails.get(TrailName) as Raw;
    if (InsightSelectors === undefined) throw awsError('InsightNotEnabledException');
    return { InsightSelectors };
  }
}
