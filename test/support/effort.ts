/** Whether tests with random input run in full: in CI, or by hand with `CI=true npm test`. */
export const THOROUGH = process.env['CI'] === 'true';

/** How many random cases to try: all of them in CI, a tenth of them where somebody waits. */
export function effort(inCi: number): number {
  return THOROUGH ? inCi : Math.ceil(inCi / 10);
}
