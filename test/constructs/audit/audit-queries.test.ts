import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { AuditQueries } from '../../../lib/constructs/audit/audit-queries';
import { AuditorRole } from '../../../lib/constructs/audit/auditor-role';
import { accessLogFormat } from '../../../lib/constructs/api/access-log';
import { httpAccessLogFormat } from '../../../lib/constructs/api/http-access-log';
import { ACCOUNT, REGION, newVault } from './deployed';

const vault = newVault();
const stack = Stack.of(vault);
const queries = new AuditQueries(stack, 'Queries', { vault, since: '2026-11-01', accessLogs: [vault.logGroup] });
const auditor = new AuditorRole(stack, 'Auditor', {
  vault,
  owner: 'security',
  assumedBy: new iam.AccountPrincipal(ACCOUNT),
});
queries.grantRun(auditor);
const template = Template.fromStack(stack);

describe('the table', () => {
  const [table] = Object.values<any>(template.findResources('AWS::Glue::Table')).filter(
    ({ Properties }) => Properties.TableInput.Name === 'cloudtrail',
  );
  const { Parameters, PartitionKeys, StorageDescriptor } = table?.Properties.TableInput ?? {};

  it('has partitions that Athena computes, where the trail delivers', () => {
    expect(Parameters).toMatchObject({
      'projection.enabled': 'true',
      'projection.day.range': '2026/11/01,NOW',
    });
    // A role may be assumed, and anything done, in any region.
    const regions = Parameters['projection.region.values'].split(',');
    for (const each of ['eu-west-1', 'us-east-1', 'af-south-1', 'ap-southeast-5']) expect(regions).toContain(each);
    expect(regions).not.toContain('cn-north-1');
    const template_ = JSON.stringify(Parameters['storage.location.template']);
    expect(template_).toContain(`/AWSLogs/${ACCOUNT}/CloudTrail/\${region}/\${day}`);
    expect(PartitionKeys.map(({ Name }: { Name: string }) => Name)).toEqual(['region', 'day']);
  });

  it('has every column that the queries name', () => {
    const columns = StorageDescriptor.Columns.map(({ Name }: { Name: string }) => Name);
    for (const { Properties } of Object.values(template.findResources('AWS::Athena::NamedQuery'))) {
      const named = String(Properties.QueryString).match(
        /\b(?:event\w+|useridentity|requestparameters|errorcode|sourceipaddress|useragent|readonly)\b/g,
      );
      for (const each of named ?? []) expect(columns).toContain(each);
    }
  });
});

/** @see https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html */
const RESERVED = new Set(
  `ALTER AND AS BETWEEN BY CASE CAST CONSTRAINT CREATE CROSS CUBE CURRENT_CATALOG CURRENT_DATE CURRENT_PATH CURRENT_SCHEMA
  CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEALLOCATE DELETE DESCRIBE DISTINCT DROP ELSE END ESCAPE EXCEPT EXECUTE EXISTS
  EXTRACT FALSE FIRST FOR FROM FULL GROUP GROUPING HAVING IN INNER INSERT INTERSECT INTO IS JOIN LAST LEFT LIKE LISTAGG
  LOCALTIME LOCALTIMESTAMP NATURAL NORMALIZE NOT NULL OF ON OR ORDER OUTER PREPARE RECURSIVE RIGHT ROLLUP SELECT SKIP TABLE
  THEN TRIM TRUE UESCAPE UNION UNNEST USING VALUES WHEN WHERE WITH`.split(/\s+/),
);

it('no query calls a column by a word that Athena keeps for itself', () => {
  for (const { Properties } of Object.values(template.findResources('AWS::Athena::NamedQuery'))) {
    const named = [...String(Properties.QueryString).matchAll(/\bAS (\w+)/g)].map(([, name = '']) =>
      name.toUpperCase(),
    );
    expect(named.filter((name) => RESERVED.has(name))).toEqual([]);
  }
});

describe('the table of log groups', () => {
  const [table] = Object.values<any>(template.findResources('AWS::Glue::Table')).filter(
    ({ Properties }) => Properties.TableInput.Name === 'logs',
  );
  const { Parameters, StorageDescriptor } = table.Properties.TableInput;

  it('lies where Firehose delivers, and its reader takes batches with nothing between them', () => {
    const [stream] = Object.values<any>(template.findResources('AWS::KinesisFirehose::DeliveryStream'));
    const { Prefix, FileExtension } = stream.Properties.ExtendedS3DestinationConfiguration;
    expect(JSON.stringify(Prefix)).toContain(`AWSLogs/${ACCOUNT}/CloudWatchLogs/${REGION}/!{timestamp:yyyy/MM/dd/HH}/`);
    expect(FileExtension).toMatch(/\.gz$/);
    expect(JSON.stringify(Parameters['storage.location.template'])).toContain(
      `/AWSLogs/${ACCOUNT}/CloudWatchLogs/\${region}/\${day}`,
    );
    expect(StorageDescriptor.SerdeInfo.SerializationLibrary).toBe('com.amazon.ionhiveserde.IonHiveSerDe');
  });

  it('may be looked at by the auditor, and the question has its columns and the fields of access logs', () => {
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toMatch(/table\/audit_\w+\/logs/);
    const [query] = Object.values<any>(template.findResources('AWS::Athena::NamedQuery')).filter(
      ({ Properties }) => Properties.Name === 'WhoCalledEndpoint',
    );
    const columns = StorageDescriptor.Columns.map(({ Name }: { Name: string }) => Name);
    for (const each of ['messagetype', 'loggroup', 'logevents']) {
      expect(columns).toContain(each);
      expect(query.Properties.QueryString).toContain(each);
    }
    const fields = [...query.Properties.QueryString.matchAll(/'\$\.(\w+)'/g)].map(([, name]) => name);
    const logged = [accessLogFormat().toString(), httpAccessLogFormat()].join();
    for (const each of fields) expect(logged).toContain(`"${each}":`);
  });
});

describe('the queries', () => {
  it('answer the questions of an auditor, each within days', () => {
    const saved = Object.values(template.findResources('AWS::Athena::NamedQuery'));
    expect(saved.map(({ Properties }) => Properties.Name).sort()).toEqual([
      'ChangesOfAccess',
      'DeniedCallsByCaller',
      'WhatSessionDid',
      'WhoAssumedRole',
      'WhoCalledEndpoint',
      'WhoReadSecret',
      'WhoWasSession',
    ]);
    for (const { Properties } of saved) expect(Properties.QueryString).toContain('day BETWEEN ? AND ?');
    expect(Object.keys(template.findResources('AWS::Logs::QueryDefinition'))).toHaveLength(2);
  });

  it('keep their results with Athena: the auditor writes nowhere', () => {
    template.hasResourceProperties('AWS::Athena::WorkGroup', {
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        ManagedQueryResultsConfiguration: { Enabled: true },
      },
    });
    const ofAuditor = Object.values<any>(template.findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
      Properties.Roles.some(({ Ref }: any) => Ref.startsWith('Auditor')),
    );
    expect(ofAuditor.length).toBeGreaterThan(0);
    expect(JSON.stringify(ofAuditor)).not.toContain('"s3:PutObject"');
  });

  it('find a secret by whatever a call named it, and nothing beside it', () => {
    const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/db-AbCdEf';
    const [query] = Object.values<any>(template.findResources('AWS::Athena::NamedQuery')).filter(
      ({ Properties }) => Properties.Name === 'WhoReadSecret',
    );
    expect(query.Properties.QueryString).toContain(
      "strpos(concat(':', ?, '-'), concat(':', json_extract_scalar(requestparameters, '$.secretId'), '-')) > 0",
    );
    // What this line does.
    const isFound = (secretId: string): boolean => `:${arn}-`.includes(`:${secretId}-`);
    for (const each of [arn, arn.slice(0, -7), 'orders/db']) expect(isFound(each)).toBe(true);
    for (const each of ['orders/db2', 'db', 'orders/d', `${arn}x`]) expect(isFound(each)).toBe(false);
  });

  it('ask for the reason where assertions and chained sessions have it', () => {
    const texts = Object.values<any>(template.findResources('AWS::Athena::NamedQuery'))
      .filter(({ Properties }) => ['WhoAssumedRole', 'WhoWasSession'].includes(Properties.Name))
      .map(({ Properties }) => String(Properties.QueryString));
    expect(texts).toHaveLength(2);
    for (const text of texts) {
      for (const each of ['tags', 'principalTags', 'incomingTransitiveTags']) expect(text).toContain(`'$.${each}'`);
      expect(text).toContain('coalesce(useridentity.arn, useridentity.username, useridentity.principalid) AS caller');
    }
  });

  it('of log groups are found by the auditor, who may end them', () => {
    const text = JSON.stringify(template.findResources('AWS::IAM::Policy'));
    for (const each of ['DescribeQueryDefinitions', 'DescribeLogGroups', 'StopQuery']) {
      expect(text).toContain(`logs:${each}`);
    }
  });

  it('may be run by the auditor in this workgroup', () => {
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toContain(`workgroup/${queries.workGroupName}`);
  });

  it('refuse to ask no record', () => {
    expect(() => new AuditQueries(new Stack(), 'Q', { since: '2026-11-01' } as any)).toThrow(/^BH4028/);
  });

  it.each([
    ['no day', { since: 'yesterday' }],
    ['a day that is in no calendar', { since: '2026-02-30' }],
    ['no region', { regions: [] }],
    ['too little to read', { megabytesPerQuery: 1 }],
  ])('refuse %s', (_, props) => {
    const other = newVault();
    expect(() => new AuditQueries(Stack.of(other), 'Q', { vault: other, since: '2026-11-01', ...props })).toThrow(
      /^BH4030/,
    );
  });
});
