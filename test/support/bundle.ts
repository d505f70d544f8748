import { bundle } from '../../scripts/bundle.mjs';

/** Tests run the TypeScript sources; Lambda code and workers are bundled first, as the package has them. */
export async function setup(): Promise<void> {
  await bundle();
}
