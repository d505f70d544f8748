import { INTENT_KEY } from '../model/intent';
import type { Intent } from '../model/intent';
import { unknown } from '../model/value';
import type { Unknown } from '../model/value';
import { isRawMap, own } from './raw';
import type { RawMap } from './raw';

type Field = 'string' | 'number' | 'boolean' | 'strings' | 'operations';

const ROLE_OR_CREDENTIAL = { path: 'string', owner: 'string', purpose: 'string' } as const;
const AUDIT = { path: 'string', retentionDays: 'number' } as const;

/** What each kind of intent must have. Whatever else it has must be of these sorts, too. */
const REQUIRED: Readonly<Record<Intent['kind'], Readonly<Record<string, Field>>>> = {
  'role': { roleKind: 'string', ...ROLE_OR_CREDENTIAL },
  'boundary': { path: 'string' },
  'api': { path: 'string', stage: 'string' },
  'endpoint': { api: 'string', endpoint: 'string', callers: 'strings', highValue: 'boolean' },
  'credential': {
    credentialKind: 'string',
    ...ROLE_OR_CREDENTIAL,
    expiresOn: 'string',
    readers: 'strings',
  },
  'published': { path: 'string', object: 'string', rotator: 'string' },
  'audit-bucket': AUDIT,
  'audit-trail': AUDIT,
  'audit-landing': AUDIT,
  'audit-alarm': { path: 'string' },
};

/** What an intent may have besides, where its sort matters to whoever reads it. */
const OPTIONAL: Readonly<Record<string, Field>> = {
  existing: 'boolean',
  guardDetail: 'string',
  callersTag: 'string',
  trusts: 'strings',
  requires: 'strings',
  rotator: 'string',
  rotateEveryDays: 'number',
  secretArn: 'string',
  sources: 'strings',
  elsewhere: 'strings',
  deployment: 'string',
  operators: 'strings',
  operations: 'operations',
  identities: 'strings',
  reviewBy: 'string',
  lastDay: 'string',
};

/** What was declared with cdk-bulkhead; unknown where it is there but is none of what it may say. */
export function intentOf(metadata: RawMap): Intent | Unknown | undefined {
  const raw = own(metadata, INTENT_KEY);
  if (raw === undefined) return undefined;
  const malformed = unknown('malformed', `metadata "${INTENT_KEY}" that cdk-bulkhead did not write`);
  if (!isRawMap(raw)) return malformed;
  const kind = own(raw, 'kind');
  if (typeof kind !== 'string' || !Object.hasOwn(REQUIRED, kind)) return malformed;
  const required = REQUIRED[kind as Intent['kind']];
  const complete = Object.entries(required).every(([field, sort]) => sortOf(own(raw, field)) === sort);
  const plain = Object.entries(raw).every(([field, each]) => {
    const sort = sortOf(each);
    return sort !== undefined && (!Object.hasOwn(OPTIONAL, field) || OPTIONAL[field] === sort);
  });
  return complete && plain ? (raw as unknown as Intent) : malformed;
}

function sortOf(value: unknown): Field | undefined {
  if (Array.isArray(value)) {
    if (value.every((each) => typeof each === 'string')) return 'strings';
    return value.every(isOperation) ? 'operations' : undefined;
  }
  const sort = typeof value;
  return sort === 'string' || sort === 'number' || sort === 'boolean' ? sort : undefined;
}

function isOperation(value: unknown): boolean {
  if (!isRawMap(value)) return false;
  const identities = own(value, 'identities');
  if (identities !== undefined && sortOf(identities) !== 'strings') return false;
  return typeof own(value, 'endpoint') === 'string' && sortOf(own(value, 'callers')) === 'strings';
}
