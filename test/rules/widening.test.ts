import { describe, expect, it } from 'vitest';
import { judgeEntries } from '../../lib/checks/exceptions/judge-entries';
import { fingerprintOf, pathOfFinding } from '../../lib/checks/exceptions/fingerprint';
import { snapshotOf } from '../../lib/assembly/snapshot';
import type { Finding } from '../../lib/model/finding';
import { allRules, ruleById } from '../../lib/rules/registry';
import { runRules } from '../../lib/rules/run-rules';
import { separationFindings } from '../../lib/rules/separation/separation-findings';
import { snapshotWith } from '../engine/duties/support';
import { allow, role as role_ } from '../engine/reach/support/template';

type Resources = Record<string, any>;
type Widen = (resources: Resources) => void;

const TODAY = '2026-11-22';
const role = (resources: Resources, id = 'Example') => resources[id].Properties;
const inline = (resources: Resources, id = 'Example') => role(resources, id).Policies[0].PolicyDocument.Statement[0];
const trusted = (resources: Resources) => role(resources).AssumeRolePolicyDocument.Statement[0];
const attached = (resources: Resources, id = 'Policy') => resources[id].Properties.PolicyDocument.Statement[0];
const more = (statement: any, action: string) => (statement.Action = [statement.Action, action].flat());
const trusts = (statement: any, arn: string) => {
  const [[kind, value]] = Object.entries<any>(statement.Principal) as [[string, unknown]];
  statement.Principal = { [kind]: [value, arn].flat() };
};
const method = (resources: Resources, id: string, verb: string, of: string) => {
  resources[id] = structuredClone(resources[of]);
  resources[id].Properties.HttpMethod = verb;
  const intent = resources[id].Metadata?.['cdk-bulkhead'];
  if (intent !== undefined) intent.endpoint = `${verb} /`;
};

/** Of each rule: how its bad example becomes worse at the same place, where the rule finds it again. */
const WIDER: Readonly<Record<string, Widen>> = {
  IAM1: (r) => more(inline(r), 'sqs:SendMessage'),
  IAM2: (r) => more(inline(r), 'dynamodb:PutItem'),
  IAM3: (r) => more(inline(r), 's3:PutObject'),
  IAM5: (r) => more(trusted(r), 'sts:TagSession'),
  IAM6: (r) => more(trusted(r), 'sts:TagSession'),
  IAM7: (r) => trusts(trusted(r), 'arn:aws:iam::111122223333:user/bob'),
  IAM8: (r) => (role(r).MaxSessionDuration = 43_201),
  IAM11: (r) => delete trusted(r).Condition,
  IAM13: (r) => more(trusted(r), 'sts:TagSession'),
  ESC1: (r) => (attached(r).Resource = '*'),
  ESC2: (r) => (attached(r).Resource = '*'),
  ESC3: (r) => (attached(r).Resource = '*'),
  API1: (r) => (role(r).HttpMethod = 'DELETE'),
  API2: (r) => method(r, 'More', 'DELETE', 'List'),
  API3: (r) => (role(r).Action = 'lambda:*'),
  API5: (r) => (role(r).Action = 'lambda:*'),
  API6: (r) => (role(r).AuthorizationType = 'NONE'),
  API7: (r) => (inline(r).Resource = [inline(r).Resource, verbOf(inline(r).Resource, 'POST')]),
  API8: (r) => more(inline(r), 'execute-api:ManageConnections'),
  API11: (r) => method(r, 'POST', 'POST', 'GET'),
  API12: (r) => (role(r).Body.paths['/orders'].delete = {}),
  API14: (r) => {
    role(r).MethodSettings = [{ HttpMethod: 'GET', ResourcePath: '/orders', CachingEnabled: true }];
  },
  API16: (r) => (role(r).AccessLogSetting.Format = '$context.requestId'),
  API17: (r) => {
    role(r).MethodSettings.push({ HttpMethod: 'GET', ResourcePath: '/refunds', CachingEnabled: true });
  },
  API20: (r) => more(inline(r), 'apigateway:PATCH'),
  API21: (r) => (inline(r).Resource = '*'),
  API22: (r) => more(inline(r, 'Report'), 'lambda:UpdateFunctionCode'),
  API23: (r) => (r['Delete'].Properties.AuthorizationType = 'NONE'),
  API24: (r) => more(inline(r), 'iam:UpdateAssumeRolePolicy'),
  SEC3: (r) => more(role(r).ResourcePolicy.Statement[0], 'secretsmanager:PutSecretValue'),
  SEC7: (r) => trusts(r['Key'].Properties.KeyPolicy.Statement[0], 'arn:aws:iam::444455556666:root'),
  SEC14: (r) => more(inline(r), 'lambda:InvokeFunctionUrl'),
  SEC15: (r) => more(inline(r), 'secretsmanager:TagResource'),
  SEC16: (r) => more(inline(r), 'secretsmanager:RotateSecret'),
  SEC11: (r) => (role(r).Action = 'lambda:*'),
  AUD3: (r) => more(r['LogsPolicy'].Properties.PolicyDocument.Statement[1], 's3:DeleteObject'),
  AUD4: (r) => {
    const { Statement } = r['LogsPolicy'].Properties.PolicyDocument;
    Statement.push({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' });
  },
  AUD10: (r) => {
    const [trail] = Object.values(r).filter(({ Type }) => Type === 'AWS::CloudTrail::Trail');
    trail.Properties.AdvancedEventSelectors[0].FieldSelectors.push({
      Field: 'eventSource',
      NotEquals: ['kms.amazonaws.com'],
    });
  },
  AUD12: (r) => more(r['LogsPolicy'].Properties.PolicyDocument.Statement[0], 's3:GetBucketAcl'),
  AUD7: (r) => more(attached(r, 'Work'), 'cloudtrail:DeleteTrail'),
  AUD16: (r) => more(inline(r, 'Deployer'), 'logs:GetLogEvents'),
};

/** Why nothing at the place can get worse without being another finding. */
const SAID: Readonly<Record<string, string>> = {
  IAM4: 'the policy is named, and AWS alone changes it',
  IAM9: 'a key is a key; what the user may do is found at the user',
  IAM10: 'what is attached is named; what the role may do is found by others',
  IAM12: 'the day is named',
  IAM14: 'what is heard and what is not is named',
  API4: 'the role is named',
  API9: 'every endpoint that is read and written is named',
  API10: 'the domain is named, and the default endpoint is there or not',
  API13: 'there is a validator or none',
  API15: 'there is a log or none',
  API18: 'the stage is named',
  API19: 'the day is named',
  SEC1: 'the interval is named, or there is none',
  SEC2: 'what is missing is named',
  SEC4: 'the place is named; no text of a secret, nor what could be compared with it, goes into a fingerprint',
  SEC5: 'who is left out is named',
  SEC6: 'the key is named',
  SEC8: 'the credential and the way to it are named',
  SEC9: 'the teams are named',
  SEC10: 'the APIs and the key are named',
  SEC13: 'who is left out, and the way, are named',
  SEC12: 'the place and what is shown there are named',
  AUD1: 'the setting and its value are named',
  AUD2: 'the setting and its value are named',
  AUD5: 'the setting and its value are named',
  AUD6: 'the setting and its value are named',
  AUD8: 'who is told is there or not',
  AUD9: 'the setting is there or not',
  AUD11: 'the bucket and its setting are named',
  AUD13: 'there is a trail or none',
  AUD14: 'the functions are part of what it is about',
  AUD15: 'the log group is sent or not',
  TPL1: 'what is not read is named',
};

function verbOf(resource: unknown, verb: string): unknown {
  return JSON.parse(JSON.stringify(resource).replace('/GET/', `/${verb}/`));
}

function findings(id: string, Resources: Resources, today = TODAY): readonly Finding[] {
  const rule = ruleById(id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  const source = { name: 'T', file: 'T.json', body: { ...rule.examples.bad, Resources } };
  return runRules(snapshotOf([{ ...source, account: '111122223333', region: 'eu-central-1' }]), [rule], { today });
}

const bad = (id: string): Resources => structuredClone(ruleById(id)?.examples.bad.Resources as Resources);
const NAMES = {
  owner: 'ann',
  approver: 'ben',
  reason: 'known',
  ticket: 'T-1',
  line: 1,
  lastLine: 1,
  file: 'exceptions.yaml',
};
const DAYS = { approvedOn: TODAY, expiresOn: '2026-12-01' };
const TERMS = { today: TODAY, maxDays: 90, requireHistory: false, authorship: new Map() };

describe('an exception for what a rule found', () => {
  it('is asked of every rule: whether it can get worse, or why it cannot', () => {
    expect([...Object.keys(WIDER), ...Object.keys(SAID)].sort()).toEqual(allRules.map(({ id }) => id).sort());
  });

  it.each(Object.keys(WIDER))('does not cover what is worse at the same place: %s', (id) => {
    const [approved] = findings(id, bad(id));
    if (approved === undefined) throw new Error('the bad example has no finding');
    const { ruleId: rule, principal } = approved;
    const entry = { ...NAMES, ...DAYS, rule, path: pathOfFinding(approved), fingerprint: fingerprintOf(approved) };
    const entries = [{ ...entry, ...(principal === undefined ? {} : { principal }) }];
    expect(judgeEntries([approved], entries, TERMS).open).toEqual([]);

    const resources = bad(id);
    WIDER[id]?.(resources);
    const worse = findings(id, resources).filter((each) => pathOfFinding(each) === pathOfFinding(approved));
    expect(worse).not.toEqual([]);
    expect(judgeEntries(worse, entries, TERMS).open).toEqual(worse);
  });

  it.each(Object.keys(SAID))('covers the same on another day: %s', (id) => {
    expect(findings(id, bad(id), '2026-11-23').map(fingerprintOf)).toEqual(findings(id, bad(id)).map(fingerprintOf));
  });
});

describe('an exception for duties that come together', () => {
  const held = (...deploying: string[]): readonly Finding[] => {
    const both = allow([...deploying, 'cloudwatch:GetMetricData'], '*');
    const constraints = [{ id: 'apart', duties: ['deployment', 'monitoring'], most: 1 }];
    return separationFindings(snapshotWith({ P: role_([both]) }, { constraints }));
  };

  it('does not cover one more action of one of them', () => {
    const [approved] = held('lambda:UpdateFunctionCode').map(fingerprintOf);
    expect(approved).toBeDefined();
    expect(held('lambda:UpdateFunctionCode').map(fingerprintOf)).toEqual([approved]);
    expect(held('lambda:UpdateFunctionCode', 'sqs:SendMessage').map(fingerprintOf)).not.toEqual([approved]);
    expect(held('lambda:UpdateFunctionCode', 'ecs:UpdateService').map(fingerprintOf)).not.toEqual([approved]);
  });
});
