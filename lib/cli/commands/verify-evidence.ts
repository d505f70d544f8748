import { verifyEvidence } from '../../checks/evidence/verify-evidence';
import type { Command } from '../../private/vendor/commander';
import { EXIT, UsageError } from '../exit-code';
import type { ExitCode } from '../exit-code';
import type { Io } from '../io';

/** `bulkhead verify-evidence`: whether a cloud assembly is what its evidence was written for. */
export function verifyEvidenceCommand(program: Command, io: Io, done: (code: ExitCode) => void): void {
  program
    .command('verify-evidence')
    .summary('compare a cloud assembly with its bulkhead-evidence.json')
    .description('Checks the seal of bulkhead-evidence.json and the hash of every template, and prints the seal.')
    .argument('<assembly>', 'the folder of the cloud assembly')
    .action((assembly: string) => {
      const { seal, differences } = verifyEvidence(assembly);
      if (seal === undefined) throw new UsageError(`BH5017: ${differences.join('; ')}`);
      io.out([...differences, `seal ${seal}`, ''].join('\n'));
      done(differences.length === 0 ? EXIT.HOLDS : EXIT.FINDINGS);
    });
}
