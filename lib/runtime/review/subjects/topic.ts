import { elements, member, show } from '../../../model/read';
import { isAbsent } from '../../../model/value';
import type { MapValue, Value } from '../../../model/value';
import { isSame, said } from '../as-declared';
import { allOf, NEXT_TOKEN, orMissing } from '../call';
import type { Answer, Call } from '../call';
import type { Declared, Deployed } from '../deployed';
import { NO_POLICY, readDocument } from '../documents';
import { attempt, deletedDifference, unknownDifference } from '../drift';
import type { Difference } from '../drift';
import { openPart } from '../fill';
import { resourcePolicyDifferences } from './resource-policy';
import { isSameKey } from './secret';

/** A topic: its policy, its key, and who hears what of it. */
export async function topicDifferences(
  topic: Deployed,
  declared: Declared,
  call: Call,
): Promise<readonly Difference[]> {
  const TopicArn = topic.physicalId;
  const found = (await orMissing(call('sns', 'GetTopicAttributes', { TopicArn })))?.['Attributes'] as
    | Answer
    | undefined;
  if (found === undefined) return [deletedDifference('the topic is not there: nobody is told')];
  return [
    ...policyOf(topic, declared, found['Policy']),
    ...keyOf(topic, found['KmsMasterKeyId']),
    ...(await attempt('Subscriptions', () => subscriptionDifferences(topic, declared, call))),
  ];
}

/** Where a template gives a topic no policy, SNS gives it one for its own account. */
function policyOf(topic: Deployed, declared: Declared, text: unknown): readonly Difference[] {
  const isPlain = !declared.world.resourcePolicies.has(topic.key);
  const isDefault = typeof text === 'string' && /^\{[^{]*"Id"\s*:\s*"__default_policy_ID"/.test(text);
  const document = isPlain && isDefault && isOfOwnAccount(text, topic.account) ? NO_POLICY : readDocument(text);
  return resourcePolicyDifferences(topic, declared, document, { arn: topic.physicalId });
}

function isOfOwnAccount(text: string, account: string): boolean {
  const { Statement } = JSON.parse(text) as Answer;
  const statements = [Statement].flat() as readonly Answer[];
  return statements.every(({ Condition }) => {
    const owner = Condition?.StringEquals as Answer | undefined;
    return owner?.['AWS:SourceOwner'] === account || owner?.['aws:SourceOwner'] === account;
  });
}

function keyOf({ properties }: Deployed, found: unknown): readonly Difference[] {
  const wanted = member(properties, 'KmsMasterKeyId');
  if (isAbsent(wanted)) return [];
  const open = openPart(wanted);
  if (open !== undefined) return [unknownDifference('Key', `${open} is not known`)];
  if (found !== undefined && isSameKey(show(wanted), said(found))) return [];
  const what = `is encrypted under ${found === undefined ? 'no key' : said(found)}, declared is ${show(wanted)}`;
  return [{ aspect: 'Key', sort: 'weakened', severity: 'HIGH', what }];
}

async function subscriptionDifferences(
  topic: Deployed,
  declared: Declared,
  call: Call,
): Promise<readonly Difference[]> {
  const TopicArn = topic.physicalId;
  const wanted = [
    ...elements(member(topic.properties, 'Subscription')),
    ...declared
      .ofType('AWS::SNS::Subscription')
      .filter(({ properties }) => properties['TopicArn'] === TopicArn)
      .map(({ properties }) => properties),
  ] as readonly MapValue[];
  const open = wanted.map((each) => openPart(member(each, 'Endpoint'))).find((each) => each !== undefined);
  if (open !== undefined) return [unknownDifference('Subscriptions', `${open} is not known`)];
  const found = await allOf(
    (page) => call('sns', 'ListSubscriptionsByTopic', { TopicArn, ...page }),
    'Subscriptions',
    NEXT_TOKEN,
  );
  const differences: Difference[] = [];
  for (const each of wanted) {
    const same = found.find((one) => isOf(one, each));
    differences.push(...(await heard(each, same, call)));
  }
  for (const each of found.filter((one) => !wanted.some((other) => isOf(one, other)))) {
    const what = `tells ${listener(each['Protocol'], each['Endpoint'])}, which nobody declared`;
    differences.push({ aspect: aspectOf(each), sort: 'widened', severity: 'MEDIUM', what });
  }
  return differences;
}

function isOf({ Protocol, Endpoint }: Answer, subscription: MapValue): boolean {
  return member(subscription, 'Protocol') === Protocol && member(subscription, 'Endpoint') === Endpoint;
}

/** Whether who was declared hears what was declared. */
async function heard(wanted: MapValue, found: Answer | undefined, call: Call): Promise<readonly Difference[]> {
  const who = listener(wanted['Protocol'], wanted['Endpoint']);
  const tell = (what: string): readonly Difference[] => [
    { aspect: aspectOf(wanted), sort: 'weakened', severity: 'HIGH', what },
  ];
  if (found === undefined) return tell(`tells ${who} no more`);
  const arn = String(found['SubscriptionArn']);
  if (!arn.startsWith('arn:')) return tell(`${who} hears nothing: the subscription was not confirmed`);
  const { Attributes = {} } = await call('sns', 'GetSubscriptionAttributes', { SubscriptionArn: arn });
  const filters = (Attributes as Answer)['FilterPolicy'];
  const declared = member(wanted, 'FilterPolicy');
  const open = openPart(declared);
  if (open !== undefined) return [unknownDifference(aspectOf(wanted), `${open} is not known`)];
  const isSameFilter = isAbsent(declared) ? filters === undefined : isSame(declared, read(filters));
  return isSameFilter ? [] : tell(`${who} does not hear all: the subscription has another filter than was declared`);
}

function read(text: unknown): Value {
  try {
    return JSON.parse(String(text)) as Value;
  } catch {
    return null;
  }
}

function aspectOf(subscription: Answer | MapValue): string {
  return `Subscription ${listener(subscription['Protocol'], subscription['Endpoint'])}`;
}

/** Who hears. What stands in a URL behind the host may be a token. */
function listener(protocol: unknown, endpoint: unknown): string {
  const text = said(endpoint);
  const shown = /^https?:/.test(text) ? (/^https?:\/\/(?:[^/@]*@)?([^/?#]+)/.exec(text)?.[1] ?? 'a URL') : text;
  return `${said(protocol)} ${shown}`;
}
