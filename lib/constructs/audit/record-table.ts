import { Stack } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import type { IAuditVault } from './i-audit-vault';

export interface RecordTableOptions {
  readonly vault: IAuditVault;
  readonly database: glue.CfnDatabase;
  readonly databaseName: string;
  readonly tableName: string;
  /** Regions that are looked in; each costs a listing only. */
  readonly regions: readonly string[];
  /** `2026/01/01` */
  readonly since: string;
}

/** What lies in a folder of the record, and how it is read. */
export interface RecordFiles {
  /** In the bucket; below it are folders of regions, and of days in these. */
  readonly folder: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly classification?: string;
  readonly inputFormat: string;
  readonly outputFormat: string;
  readonly serde: string;
}

/** Files of the record as a table, whose partitions, region and day, Athena computes. */
export function recordTable(
  scope: Construct,
  id: string,
  options: RecordTableOptions,
  files: RecordFiles,
): glue.CfnTable {
  const location = `s3://${options.vault.record.bucket.bucketName}/${files.folder}`;
  const table = new glue.CfnTable(scope, id, {
    catalogId: Stack.of(scope).account,
    databaseName: options.databaseName,
    tableInput: {
      name: options.tableName,
      tableType: 'EXTERNAL_TABLE',
      partitionKeys: [
        { name: 'region', type: 'string' },
        { name: 'day', type: 'string' },
      ],
      parameters: {
        'EXTERNAL': 'TRUE',
        ...(files.classification === undefined ? {} : { classification: files.classification }),
        'projection.enabled': 'true',
        'projection.region.type': 'enum',
        'projection.region.values': options.regions.join(','),
        'projection.day.type': 'date',
        'projection.day.format': 'yyyy/MM/dd',
        'projection.day.range': `${options.since},NOW`,
        'projection.day.interval': '1',
        'projection.day.interval.unit': 'DAYS',
        // Athena reads whatever is below a partition, such as folders of hours.
        'storage.location.template': `${location}/\${region}/\${day}`,
      },
      storageDescriptor: {
        columns: Object.entries(files.columns).map(([name, type]) => ({ name, type })),
        location,
        inputFormat: files.inputFormat,
        outputFormat: files.outputFormat,
        serdeInfo: { serializationLibrary: files.serde },
      },
    },
  });
  table.node.addDependency(options.database);
  return table;
}
