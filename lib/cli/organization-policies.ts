import { isRawMap } from '../assembly/raw';
import { readFile } from '../assembly/read-file';
import { parsePolicy } from '../engine/parse/policy-document';
import type { NamedPolicy, WorldOptions } from '../engine/world/world';
import type { Value } from '../model/value';
import type { Command } from '../private/vendor/commander';
import { UsageError } from './exit-code';
import { problemLine } from './snapshot-of-inputs';

/** Options of every command that asks the engine. */
export interface PolicyOptions {
  readonly scp: readonly string[];
  readonly rcp: readonly string[];
}

/** Adds the policies of an organization, which no template has. */
export function withPolicies(command: Command): Command {
  const collect = (file: string, before: readonly string[]): readonly string[] => [...before, file];
  return command
    .option(
      '--scp <file>',
      'service control policies of one level, from the root to the account: a policy, or a list of policies, in JSON or YAML; repeatable. A level of Denies only stands beside FullAWSAccess',
      collect,
      [],
    )
    .option('--rcp <file>', 'a resource control policy, or a list of them; repeatable', collect, []);
}

/** @throws UsageError where a file cannot be read, or is no policy. */
export function organizationPolicies({ scp, rcp }: PolicyOptions): WorldOptions {
  return {
    ...(scp.length === 0 ? {} : { scps: scp.map((file) => level(policiesIn(file))) }),
    ...(rcp.length === 0 ? {} : { rcps: rcp.flatMap(policiesIn) }),
  };
}

const FULL_ACCESS: NamedPolicy = {
  place: 'FullAWSAccess',
  document: parsePolicy({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }),
};

/** AWS attaches FullAWSAccess to every level; whoever exports policies often leaves it out. */
function level(policies: readonly NamedPolicy[]): readonly NamedPolicy[] {
  const allows = policies.some(({ document }) => document.statements.some(({ effect }) => effect === 'Allow'));
  return allows ? policies : [FULL_ACCESS, ...policies];
}

function policiesIn(file: string): readonly NamedPolicy[] {
  const read = readFile(file);
  if (!read.ok) throw new UsageError(problemLine({ file, place: read.place, reason: read.reason }));
  const bodies: readonly unknown[] = Array.isArray(read.body) ? read.body : [read.body];
  return bodies.map((body, index) => {
    const place = bodies.length === 1 ? file : `${file}[${index}]`;
    const document = parsePolicy(body as Value);
    const [problem] = document.unknowns;
    const reason = isRawMap(body) ? problem?.detail : 'no policy document';
    if (reason !== undefined) throw new UsageError(problemLine({ file: place, place: '', reason }));
    return { place, document };
  });
}
