import type { App, IPolicyValidationContext } from 'aws-cdk-lib';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArtifactWriter } from './artifact-writer';

const FILES = { json: 'bulkhead-inventory.json', markdown: 'bulkhead-inventory.md' };

/**
 * Writes who has the keys into the cloud assembly: each declared credential, with owner, purpose, end and readers, by
 * declaration and by effective permission. No file where no credential was declared.
 */
export class InventoryWriter extends ArtifactWriter {
  constructor(app: App) {
    super(app, { name: 'BulkheadInventory', files: Object.values(FILES), what: 'BH5027: the inventory' });
  }

  /** The analysis is loaded when it is needed: importing the package must stay cheap. */
  protected write(context: IPolicyValidationContext, outdir: string): void {
    const analysis: typeof import('./findings-of') = require('./findings-of');
    const credentials = analysis.declaredCredentials(context);
    if (credentials.length === 0) return;
    const report: typeof import('../report/inventory') = require('../report/inventory');
    writeFileSync(join(outdir, FILES.json), report.inventoryJson(credentials));
    writeFileSync(join(outdir, FILES.markdown), report.inventoryMarkdown(credentials));
  }
}
