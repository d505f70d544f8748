import { attachCustomSynthesis } from 'aws-cdk-lib';
import type { App, IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageVersion } from '../private/package-version';
import { failedAnalysis } from './failed-analysis';

/** What a writer adds to the cloud assembly, and how it says that it could not. */
export interface Artifact {
  readonly name: string;
  readonly files: readonly string[];
  /** `BH5022: the evidence`. */
  readonly what: string;
}

/**
 * Writes files into the cloud assembly at the end of a synth.
 *
 * A plugin may add files to the assembly, and change none (`confirmValidationPluginsDoNotMutate`). So those of an earlier
 * synth in the same folder are removed before the plugins run.
 */
export abstract class ArtifactWriter implements IPolicyValidationPlugin {
  public readonly name: string;
  public readonly version = packageVersion();

  constructor(
    app: App,
    private readonly artifact: Artifact,
  ) {
    this.name = artifact.name;
    attachCustomSynthesis(new Construct(app, artifact.name), {
      onSynthesize: ({ outdir }) => {
        for (const file of artifact.files) rmSync(join(outdir, file), { force: true });
      },
    });
  }

  /** Called by the CDK at the end of a synth. Never throws: under the CDK CLI that would be passed over. */
  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    try {
      // The construct of the context is the app itself.
      this.write(context, (context.appConstruct as App).outdir);
      return { success: true, violations: [], pluginVersion: this.version };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const cause = /^BH\d{4}/.test(message) ? error : new Error(`${this.artifact.what} cannot be written: ${message}`);
      return { success: false, violations: [failedAnalysis(cause)], pluginVersion: this.version };
    }
  }

  protected abstract write(context: IPolicyValidationContext, outdir: string): void;
}
