import type * as glue from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import { arrivingFolder } from './log-delivery';
import { recordTable } from './record-table';
import type { RecordTableOptions } from './record-table';

/**
 * What arrived of log groups as a table, one row a batch of lines. Firehose puts nothing between the batches, so that the
 * readers of JSON by line would see the first of a file only; Ion, of which JSON is a part, reads value after value, and
 * unpacks by the end of the file's name.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/ion-serde.html
 */
export function logTable(scope: Construct, id: string, options: RecordTableOptions): glue.CfnTable {
  return recordTable(scope, id, options, {
    folder: arrivingFolder(options.vault.record.prefix),
    columns: {
      messagetype: 'string',
      owner: 'string',
      loggroup: 'string',
      logstream: 'string',
      logevents: 'array<struct<id:string,timestamp:bigint,message:string>>',
    },
    inputFormat: 'com.amazon.ionhiveserde.formats.IonInputFormat',
    outputFormat: 'com.amazon.ionhiveserde.formats.IonOutputFormat',
    serde: 'com.amazon.ionhiveserde.IonHiveSerDe',
  });
}
