import { Stack } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import { arrivingFolder } from './log-delivery';
import type { TrailTableOptions } from './trail-table';

const text = 'string';

/**
 * What arrived of log groups as a table, one row a batch of lines. Firehose puts nothing between the batches, so that the
 * readers of JSON by line would see the first of a file only; Ion, of which JSON is a part, reads value after value, and
 * unpacks by the end of the file's name.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/ion-serde.html
 */
export function logTable(scope: Construct, id: string, options: TrailTableOptions): glue.CfnTable {
  const { bucket, prefix } = options.vault.record;
  const location = `s3://${bucket.bucketName}/${arrivingFolder(prefix)}`;
  const table = new glue.CfnTable(scope, id, {
    catalogId: Stack.of(scope).account,
    databaseName: options.databaseName,
    tableInput: {
      name: options.tableName,
      tableType: 'EXTERNAL_TABLE',
      partitionKeys: [
        { name: 'region', type: text },
        { name: 'day', type: text },
      ],
      parameters: {
        'EXTERNAL': 'TRUE',
        'projection.enabled': 'true',
        'projection.region.type': 'enum',
        'projection.region.values': options.regions.join(','),
        'projection.day.type': 'date',
        'projection.day.format': 'yyyy/MM/dd',
        'projection.day.range': `${options.since},NOW`,
        'projection.day.interval': '1',
        'projection.day.interval.unit': 'DAYS',
        // Folders of hours are below: Athena reads what is below a partition.
        'storage.location.template': `${location}/\${region}/\${day}`,
      },
      storageDescriptor: {
        columns: [
          { name: 'messagetype', type: text },
          { name: 'owner', type: text },
          { name: 'loggroup', type: text },
          { name: 'logstream', type: text },
          { name: 'logevents', type: 'array<struct<id:string,timestamp:bigint,message:string>>' },
        ],
        location,
        inputFormat: 'com.amazon.ionhiveserde.formats.IonInputFormat',
        outputFormat: 'com.amazon.ionhiveserde.formats.IonOutputFormat',
        serdeInfo: { serializationLibrary: 'com.amazon.ionhiveserde.IonHiveSerDe' },
      },
    },
  });
  table.node.addDependency(options.database);
  return table;
}
