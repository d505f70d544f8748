import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** What waits for other processes, or tries many random cases. Started last, one worker would end long after the other. */
const LONG = [
  'test/local/emulated',
  'test/checks/under-the-cdk-cli',
  'test/engine/decide/differential',
  'test/rules/registry',
  'test/example/mutation',
  'test/runtime/rotation/every-kind',
  'test/engine/reach/techniques',
  // Once the emulator is installed, where it was not.
  'test/local/main',
  'test/local/symbols',
  // Once the compiler has ended.
  'test/consumer/',
  'test/example/example-app',
];

/** The usual order, but for the long files, which come first. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((each) => moduleId.includes(each));
      return at < 0 ? LONG.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
