import { RotationRefusal } from './refusal';

/** A setting that a rotation cannot do without. @throws RotationRefusal where it is missing */
export function setting(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new RotationRefusal(`${name} is not set`);
  return value;
}
