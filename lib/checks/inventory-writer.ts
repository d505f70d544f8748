import { attachCustomSynthesis } from 'aws-cdk-lib';
import type { App, IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageVersion } from '../private/package-version';
import { failedAnalysis } from './failed-analysis';

const FILES = { json: 'bulkhead-inventory.json', markdown: 'bulkhead-inventory.md' };

/**
 * Writes who has the keys into the cloud assembly: each declared credential, with owner, purpose, end and readers, by
 * declaration and by effective permission. No file where no credential was declared.
 *
 * A plugin may add files to the assembly, and change none: those of an earlier synth are removed before.
 */
export class InventoryWriter implements IPolicyValidationPlugin {
  public readonly name = 'BulkheadInventory';
  public readonly version = packageVersion();

  constructor(app: App) {
    attachCustomSynthesis(new Construct(app, 'BulkheadInventory'), {
      onSynthesize: ({ outdir }) => {
        for (const file of Object.values(FILES)) rmSync(join(outdir, file), { force: true });
      },
    });
  }

  /** Called by the CDK at the end of a synth. Never throws: under the CDK CLI that would be passed over. */
  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    try {
      this.write(context);
      return { success: true, violations: [], pluginVersion: this.version };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const cause = /^BH\d{4}/.test(message) ? error : new Error(`BH5027: the inventory cannot be written: ${message}`);
      return { success: false, violations: [failedAnalysis(cause)], pluginVersion: this.version };
    }
  }

  /** The analysis is loaded when it is needed: importing the package must stay cheap. */
  private write(context: IPolicyValidationContext): void {
    const analysis: typeof import('./findings-of') = require('./findings-of');
    const credentials = analysis.declaredCredentials(context);
    if (credentials.length === 0) return;
    const report: typeof import('../report/inventory') = require('../report/inventory');
    // The construct of the context is the app itself.
    const { outdir } = context.appConstruct as App;
    writeFileSync(join(outdir, FILES.json), report.inventoryJson(credentials));
    writeFileSync(join(outdir, FILES.markdown), report.inventoryMarkdown(credentials));
  }
}
