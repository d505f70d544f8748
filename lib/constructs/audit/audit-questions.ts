/** A question that an auditor asks, as a query. `?` stands for what the auditor fills in. */
export interface AuditQuestion {
  readonly id: string;
  readonly title: string;
  readonly sql: string;
}

/** Who comes with an assertion or a token has no ARN yet. */
const CALLER = 'coalesce(useridentity.arn, useridentity.username, useridentity.principalid) AS caller';
const WHO = `${CALLER}, useridentity.sessioncontext.sessionissuer.arn AS role,
  useridentity.sessioncontext.sourceidentity AS source_identity, sourceipaddress, useragent`;

/**
 * Of calls that assume a role. Tags, the reason among them, are in `tags` of AssumeRole, in `principalTags` of an assertion
 * or a token, and in `incomingTransitiveTags` where a session before brought them; a source identity of an assertion is in
 * the response.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
 */
const ASSUMED = `SELECT eventtime, eventname, ${CALLER},
  coalesce(json_extract_scalar(requestparameters, '$.sourceIdentity'), json_extract_scalar(responseelements, '$.sourceIdentity'))
    AS source_identity,
  json_extract_scalar(requestparameters, '$.roleSessionName') AS session_name,
  coalesce(json_extract(requestparameters, '$.tags'), json_extract(requestparameters, '$.principalTags'))
    AS session_tags_with_reason,
  json_extract(requestparameters, '$.incomingTransitiveTags') AS tags_of_the_session_before,
  sourceipaddress, errorcode`;
const ASSUMING = `eventsource = 'sts.amazonaws.com' AND eventname LIKE 'AssumeRole%'`;

/**
 * About CloudTrail's events. Every query names days, so that Athena reads no more than these.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
 */
export function trailQuestions(table: string): readonly AuditQuestion[] {
  const days = `day BETWEEN ? AND ?`;
  return [
    {
      id: 'WhoReadSecret',
      // A call names the secret by its ARN, with the six characters at the end or without, or by its name: each is a part of
      // the ARN. BatchGetSecretValue is recorded as GetSecretValue of each secret.
      title: 'Who read secret S, by whichever name: days as 2026/11/01, then the whole ARN of the secret',
      sql: `SELECT eventtime, ${WHO}, json_extract_scalar(requestparameters, '$.secretId') AS secret, errorcode
FROM ${table}
WHERE ${days}
  AND eventsource = 'secretsmanager.amazonaws.com' AND eventname = 'GetSecretValue'
  AND strpos(concat(':', ?, '-'), concat(':', json_extract_scalar(requestparameters, '$.secretId'), '-')) > 0
ORDER BY eventtime`,
    },
    {
      id: 'WhoAssumedRole',
      title: 'Who assumed role R, as whom and for what reason: days, then the ARN of the role',
      sql: `${ASSUMED}
FROM ${table}
WHERE ${days}
  AND ${ASSUMING}
  AND json_extract_scalar(requestparameters, '$.roleArn') = ?
ORDER BY eventtime`,
    },
    {
      id: 'WhoWasSession',
      title: 'Who was behind a session, and for what reason: days, then `callerArn` as the access log of an API has it',
      sql: `${ASSUMED}
FROM ${table}
WHERE ${days}
  AND ${ASSUMING}
  AND json_extract_scalar(responseelements, '$.assumedRoleUser.arn') = ?
ORDER BY eventtime`,
    },
    {
      id: 'DeniedCallsByCaller',
      title: 'Denied calls by caller: days',
      sql: `SELECT ${CALLER}, eventsource, eventname, errorcode, count(*) AS calls,
  min(eventtime) AS first_call, max(eventtime) AS last_call
FROM ${table}
WHERE ${days} AND (errorcode LIKE 'AccessDenied%' OR errorcode LIKE '%UnauthorizedOperation')
GROUP BY 1, 2, 3, 4
ORDER BY calls DESC`,
    },
    {
      id: 'ChangesOfAccess',
      title: 'Changes to IAM, trails, keys and policies of APIs and buckets: days',
      sql: `SELECT eventtime, eventsource, eventname, ${WHO}, requestparameters, errorcode
FROM ${table}
WHERE ${days} AND readonly = 'false'
  AND (eventsource IN ('iam.amazonaws.com', 'cloudtrail.amazonaws.com', 'kms.amazonaws.com')
    OR (eventsource = 'apigateway.amazonaws.com' AND eventname LIKE 'Update%')
    OR (eventsource = 's3.amazonaws.com' AND eventname LIKE '%BucketPolicy'))
ORDER BY eventtime`,
    },
    {
      id: 'WhatSessionDid',
      title: 'What somebody did: days, then a source identity',
      sql: `SELECT eventtime, eventsource, eventname, ${WHO}, requestparameters, errorcode
FROM ${table}
WHERE ${days} AND useridentity.sessioncontext.sourceidentity = ?
ORDER BY eventtime`,
    },
  ];
}

/**
 * About the log groups that the record receives, in the locked bucket. The days are those of arrival, in UTC: a line arrives
 * minutes after it was written.
 */
export function logQuestions(table: string): readonly AuditQuestion[] {
  const field = (name: string): string => `json_extract_scalar(message, '$.${name}')`;
  return [
    {
      id: 'WhoCalledEndpoint',
      title: 'Who called endpoint E, and when, by the locked bucket: days, then the endpoint as `GET /orders/{id}`',
      sql: `SELECT from_unixtime(written / 1000.0) AS written_at, ${field('callerArn')} AS caller, ${field('tokenSubject')} AS token_subject,
  ${field('sourceIp')} AS source_ip, ${field('status')} AS status, ${field('path')} AS path, ${field('apiId')} AS api,
  ${field('stage')} AS stage, loggroup
FROM ${table} CROSS JOIN UNNEST(logevents) AS line (line_id, written, message)
WHERE day BETWEEN ? AND ?
  AND messagetype = 'DATA_MESSAGE'
  AND coalesce(${field('routeKey')}, ${field('method')} || ' ' || ${field('resourcePath')}) = ?
ORDER BY written`,
    },
  ];
}

/** About the access log of an API, which is in CloudWatch Logs. @see the format in `constructs/api/access-log.ts` */
export const ACCESS_QUESTIONS: readonly AuditQuestion[] = [
  {
    id: 'WhoCalledEndpoint',
    title: 'Who called endpoint E, and when',
    sql: `fields @timestamp, callerArn, sourceIp, status, path, extendedRequestId
| filter method = "GET" and resourcePath = "/the/endpoint"
| sort @timestamp desc`,
  },
  {
    id: 'DeniedCallsByCaller',
    title: 'Denied calls by caller and endpoint',
    sql: `filter status in [401, 403]
| stats count(*) as calls, min(@timestamp) as firstCall, max(@timestamp) as lastCall by callerArn, method, resourcePath
| sort calls desc`,
  },
];
