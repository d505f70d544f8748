import { Stack } from 'aws-cdk-lib';
import type { App, IPolicyValidationContext } from 'aws-cdk-lib';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { templateAsGivenBack } from '../../model/canonical-json';
import { packageVersion } from '../../private/package-version';
import { todayInUtc } from '../../private/today';
import { ArtifactWriter } from '../artifact-writer';
import type { CheckOutcome } from '../check-outcome';
import type { ExceptionRegister } from '../exceptions/exception-register';
import { EVIDENCE_FILE, evidenceOf } from './evidence';
import type { HashedTemplate } from './evidence';
import { sealed, sha256 } from './seal';

/** A check that can say what came out of it. */
export interface EvidenceSource {
  _outcome(): CheckOutcome | undefined;
  /** Matrix and constraints, as data. */
  _evidence?(): unknown;
}

/**
 * Writes what was found and what was left open into the cloud assembly. Registered behind the checks, which the CDK runs
 * in the order of registration.
 */
export class EvidenceWriter extends ArtifactWriter {
  constructor(
    private readonly app: App,
    private readonly sources: readonly EvidenceSource[],
    private readonly register: ExceptionRegister | undefined,
  ) {
    super(app, { name: 'BulkheadEvidence', files: [EVIDENCE_FILE], what: 'BH5022: the evidence' });
  }

  protected write({ stackTemplates }: IPolicyValidationContext, outdir: string): void {
    const outcomes = this.sources.map((each) => each._outcome());
    // What could not be judged has failed the synth already: there is no evidence of it.
    if (outcomes.includes(undefined)) return;
    const evidence = evidenceOf({
      date: this.register?.today ?? todayInUtc(),
      versions: {
        'aws-cdk-lib': versionOf('aws-cdk-lib'),
        'cdk-bulkhead': packageVersion(),
        'cdk-nag': versionOf('cdk-nag'),
        'constructs': versionOf('constructs'),
      },
      templates: stackTemplates.flatMap(({ stackConstructPath, templatePath }) => [
        hashed(stackConstructPath, relative(outdir, templatePath), readFileSync(templatePath)),
        ...this.nestedIn(stackConstructPath).map(({ path, file }) => {
          const nestedPath = join(dirname(templatePath), file);
          return hashed(path, relative(outdir, nestedPath), readFileSync(nestedPath));
        }),
      ]),
      ...(this.register === undefined
        ? {}
        : {
            register: {
              file: this.register.path,
              sha256: sha256(this.register._text()),
              maxDays: this.register.maxDays,
            },
          }),
      outcomes: outcomes as readonly CheckOutcome[],
      separation: this.sources.map((each) => each._evidence?.()).find((each) => each !== undefined),
    });
    writeFileSync(join(outdir, EVIDENCE_FILE), `${JSON.stringify(sealed(evidence), undefined, 2)}\n`);
  }

  /** The stacks nested below a stack, called by the resource that deploys them: `Orders/NestedStackResource1A2B`. */
  private nestedIn(parent: string, path = parent): readonly { readonly path: string; readonly file: string }[] {
    return this.app.node
      .findAll()
      .filter((each): each is Stack => Stack.isStack(each) && each.nestedStackParent?.node.path === parent)
      .flatMap((nested) => {
        const { nestedStackResource, templateFile: file } = nested;
        if (nestedStackResource === undefined) return [];
        const logicalId: string = Stack.of(nestedStackResource).resolve(nestedStackResource.logicalId);
        const own = `${path}/${logicalId}`;
        return [{ path: own, file }, ...this.nestedIn(nested.node.path, own)];
      });
  }
}

function hashed(stack: string, file: string, content: Buffer): HashedTemplate {
  const deployed = templateAsGivenBack(content.toString('utf8'));
  return {
    stack,
    file: file.split(sep).join('/'),
    sha256: sha256(content),
    ...(deployed === undefined ? {} : { deployedSha256: sha256(deployed) }),
  };
}

function versionOf(name: string): string {
  return String((require(`${name}/package.json`) as { version?: unknown }).version);
}
