import type * as glue from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import { recordTable } from './record-table';
import type { RecordTableOptions } from './record-table';

const text = 'string';
/** Of the columns that Athena documents for CloudTrail, in its order. */
const COLUMNS: Readonly<Record<string, string>> = {
  eventversion: text,
  useridentity:
    'struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,username:string,sessioncontext:struct<attributes:struct<mfaauthenticated:string,creationdate:string>,sessionissuer:struct<type:string,principalid:string,arn:string,accountid:string,username:string>,sourceidentity:string>>',
  eventtime: text,
  eventsource: text,
  eventname: text,
  awsregion: text,
  sourceipaddress: text,
  useragent: text,
  errorcode: text,
  errormessage: text,
  requestparameters: text,
  responseelements: text,
  additionaleventdata: text,
  requestid: text,
  eventid: text,
  readonly: text,
  resources: 'array<struct<arn:string,accountid:string,type:string>>',
  eventtype: text,
  recipientaccountid: text,
  serviceeventdetails: text,
  sharedeventid: text,
  vpcendpointid: text,
};

/**
 * The log files of the vault's trail as a table, whose partitions Athena computes: nobody has to add any.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html
 */
export function trailTable(scope: Construct, id: string, options: RecordTableOptions): glue.CfnTable {
  return recordTable(scope, id, options, {
    folder: `${options.vault.record.prefix}/CloudTrail`,
    columns: COLUMNS,
    classification: 'cloudtrail',
    inputFormat: 'com.amazon.emr.cloudtrail.CloudTrailInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
    serde: 'org.apache.hive.hcatalog.data.JsonSerDe',
  });
}
