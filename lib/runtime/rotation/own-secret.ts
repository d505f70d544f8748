import { setting } from './setting';

/** What a rotation function is deployed for. */
export interface OwnSecret {
  /** The ARN of the one secret that it works on. */
  readonly arn: string;
  /** Its last day as it was declared, an ISO date. */
  readonly expiresOn: string;
}

/** Of the environment of a function. @throws RotationRefusal where it is not set: then it works on none */
export function ownSecretOf(environment: NodeJS.ProcessEnv): OwnSecret {
  return { arn: setting(environment, 'SECRET_ARN'), expiresOn: setting(environment, 'EXPIRES_ON') };
}
