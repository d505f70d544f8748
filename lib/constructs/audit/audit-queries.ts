import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import * as athena from 'aws-cdk-lib/aws-athena';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { BoundedRole } from '../roles/bounded-role';
import { ACCESS_QUESTIONS, logQuestions, trailQuestions } from './audit-questions';
import { CATALOG_READS, LOG_QUERY_RUNS, QUERY_RUNS } from './auditor-permissions';
import type { IAuditVault } from './i-audit-vault';
import { logTable } from './log-table';
import { PolicyGrantee } from './policy-grantee';
import { requiredVault } from './required-vault';
import { trailTable } from './trail-table';

/** Properties of AuditQueries. */
export interface AuditQueriesProps {
  /** The record that is asked. */
  readonly vault: IAuditVault;
  /** The first day that can be asked about: `2026-11-01`. */
  readonly since: string;
  /**
   * The regions whose events are looked for; at least one. Global events are in `us-east-1`. What happened in a region that
   * is not named is in no answer; one in which nothing happened costs a listing.
   *
   * @default - all regions of the partition that the AWS CDK knows
   */
  readonly regions?: string[];
  /**
   * The log groups with access logs of APIs, for which queries are saved in CloudWatch Logs.
   *
   * @default - none
   */
  readonly accessLogs?: logs.ILogGroup[];
  /**
   * How much one query may read, in megabytes. At least 10.
   *
   * @default 100000
   */
  readonly megabytesPerQuery?: number;
}

/** The tables. */
const TRAIL = 'cloudtrail';
const LOGS = 'logs';

/**
 * The record as tables and saved queries: who read secret S; who assumed role R, with which source identity and for what
 * reason; denied calls by caller; changes to IAM, trails, keys and policies; what somebody did; and who called endpoint E and
 * when, by the lines of access logs that arrived in the locked bucket. With `accessLogs`, the log groups are asked besides,
 * which are not write-once, but have what has not arrived yet.
 *
 * Results are kept by Athena itself, for a day: an auditor needs no bucket to write to.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/managed-results.html
 */
export class AuditQueries extends Construct {
  /** The workgroup in which the queries are saved. */
  public readonly workGroupName: string;

  private readonly statements: iam.PolicyStatementProps[];

  /** @throws BH4028 where `vault` is none, BH4030 where `since`, `regions` or `megabytesPerQuery` is not plausible. */
  constructor(scope: Construct, id: string, props: AuditQueriesProps) {
    super(scope, id);
    requiredVault(this, props.vault);
    const stack = Stack.of(this);
    const { megabytesPerQuery = 100_000 } = props;
    const regions = props.regions ?? regionsBeside(stack.region);
    this.check(props.since, regions, megabytesPerQuery);
    const suffix = this.node.addr.slice(0, 8);
    this.workGroupName = `audit-${suffix}`;
    const databaseName = `audit_${suffix}`;
    const nameOf = (table: string): string => `"${databaseName}"."${table}"`;

    const database = new glue.CfnDatabase(this, 'Database', {
      catalogId: stack.account,
      databaseInput: { name: databaseName, description: `The record of ${props.vault.node.path}` },
    });
    const { vault } = props;
    const where = { vault, database, databaseName, regions, since: props.since.replaceAll('-', '/') };
    trailTable(this, 'Trail', { ...where, tableName: TRAIL });
    logTable(this, 'Logs', { ...where, tableName: LOGS });
    const workGroup = new athena.CfnWorkGroup(this, 'WorkGroup', {
      name: this.workGroupName,
      description: `Questions to ${props.vault.node.path}`.slice(0, 1024),
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: megabytesPerQuery * 1_000_000,
        managedQueryResultsConfiguration: { enabled: true },
      },
    });
    for (const { id: question, title, sql } of [...trailQuestions(nameOf(TRAIL)), ...logQuestions(nameOf(LOGS))]) {
      new athena.CfnNamedQuery(this, question, {
        name: question,
        description: title,
        database: databaseName,
        workGroup: this.workGroupName,
        queryString: sql,
      }).node.addDependency(workGroup);
    }
    if (props.accessLogs !== undefined) {
      for (const { id: question, title, sql } of ACCESS_QUESTIONS) {
        new logs.CfnQueryDefinition(this, `Access${question}`, {
          name: `audit/${suffix}/${title}`,
          queryString: sql,
          logGroupNames: props.accessLogs.map((each) => each.logGroupName),
        });
      }
    }
    this.statements = this.statementsFor(databaseName, props.accessLogs !== undefined);
  }

  /** Lets an auditor run the queries, and look at the tables; to read what they read, `vault.grants.read` is needed too. */
  public grantRun(role: iam.IRole): iam.Grant {
    if (BoundedRole.isBoundedRole(role)) {
      role.extendBoundary(...this.statements.map((each) => new iam.PolicyStatement(each)));
    }
    return new PolicyGrantee(this, `RunBy${role.node.addr.slice(0, 12)}`, role).grant(
      this.statements.map(({ actions = [], resources = [] }) => ({ actions, resourceArns: resources })),
    );
  }

  private statementsFor(databaseName: string, hasLogQueries: boolean): iam.PolicyStatementProps[] {
    const stack = Stack.of(this);
    const inGlue = (resource: string, resourceName?: string): string =>
      stack.formatArn({
        service: 'glue',
        resource,
        ...(resourceName === undefined ? { arnFormat: ArnFormat.NO_RESOURCE_NAME } : { resourceName }),
      });
    return [
      {
        actions: QUERY_RUNS,
        resources: [stack.formatArn({ service: 'athena', resource: 'workgroup', resourceName: this.workGroupName })],
      },
      {
        actions: CATALOG_READS,
        resources: [
          inGlue('catalog'),
          inGlue('database', databaseName),
          ...[TRAIL, LOGS].map((table) => inGlue('table', `${databaseName}/${table}`)),
        ],
      },
      ...(hasLogQueries ? [{ actions: LOG_QUERY_RUNS, resources: ['*'] }] : []),
    ];
  }

  private check(since: string, regions: readonly string[], megabytes: number): void {
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(since) && isInCalendar(since);
    if (isDay && regions.length > 0 && Number.isInteger(megabytes) && megabytes >= 10) return;
    throw misuse(this, {
      code: 'BH4030',
      what: `got \`since\` ${since}, ${regions.length} regions and ${megabytes} megabytes`,
      why: 'the table would have no partitions, or Athena would refuse the workgroup',
      mend: 'give a day such as `2026-11-01`, at least one region, and at least 10 whole megabytes',
    });
  }
}

/** `2026-02-30` is read as a day in March. */
function isInCalendar(day: string): boolean {
  const time = Date.parse(day);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}

/** All of its partition, and itself, should the AWS CDK not know it yet; of AWS's first partition where it is a token. */
function regionsBeside(region: string): readonly string[] {
  const isKnown = !Token.isUnresolved(region);
  const partition = (isKnown ? RegionInfo.get(region).partition : undefined) ?? 'aws';
  const all = RegionInfo.regions.filter((each) => each.partition === partition).map(({ name }) => name);
  return [...new Set([...all, ...(isKnown ? [region] : [])])].sort();
}
