export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

/** When CloudFormation deployed it. */
export const DEPLOYED_AT = Date.UTC(2026, 10, 20, 12);

export type Raw = Record<string, any>;

/** A resource as CloudFormation deployed it, with its intrinsics resolved. */
export interface DeployedResource {
  readonly type: string;
  readonly id: string;
  readonly properties: Raw;
}

/** The resources of a type. */
export type OfType = (type: string) => readonly DeployedResource[];

/** An error as the SDK throws it. */
export function awsError(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}

/** What has this name, or the error that the service has for it. */
export function found<T>(map: ReadonlyMap<string, T>, key: string, error: string): T {
  const value = map.get(key);
  if (value === undefined) throw awsError(error);
  return value;
}

/** A page of a list whose token counts. */
export function page<T>(all: readonly T[], token: unknown, size: number): { items: T[]; next?: string } {
  const from = Number(token ?? 0);
  const items = all.slice(from, from + size);
  return all.length > from + size ? { items, next: String(from + size) } : { items };
}
