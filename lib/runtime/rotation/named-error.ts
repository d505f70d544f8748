/** Whether an error of the SDK is this one. */
export function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
