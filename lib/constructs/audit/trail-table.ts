import { Stack } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import type { IAuditVault } from './i-audit-vault';

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

/** Regions that events are looked for in; each costs a listing only. */
export interface TrailTableOptions {
  readonly vault: IAuditVault;
  readonly database: glue.CfnDatabase;
  readonly databaseName: string;
  readonly tableName: string;
  readonly regions: readonly string[];
  /** `2026/01/01` */
  readonly since: string;
}

/**
 * The log files of the vault's trail as a table, whose partitions Athena computes: nobody has to add any.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html
 */
export function trailTable(scope: Construct, id: string, options: TrailTableOptions): glue.CfnTable {
  const { account } = Stack.of(scope);
  const { bucket, prefix } = options.vault.record;
  const location = `s3://${bucket.bucketName}/${prefix}/CloudTrail`;
  const table = new glue.CfnTable(scope, id, {
    catalogId: account,
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
        'classification': 'cloudtrail',
        'projection.enabled': 'true',
        'projection.region.type': 'enum',
        'projection.region.values': options.regions.join(','),
        'projection.day.type': 'date',
        'projection.day.format': 'yyyy/MM/dd',
        'projection.day.range': `${options.since},NOW`,
        'projection.day.interval': '1',
        'projection.day.interval.unit': 'DAYS',
        'storage.location.template': `${location}/\${region}/\${day}`,
      },
      storageDescriptor: {
        columns: Object.entries(COLUMNS).map(([name, type]) => ({ name, type })),
        location,
        inputFormat: 'com.amazon.emr.cloudtrail.CloudTrailInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        serdeInfo: { serializationLibrary: 'org.apache.hive.hcatalog.data.JsonSerDe' },
      },
    },
  });
  table.node.addDependency(options.database);
  return table;
}
