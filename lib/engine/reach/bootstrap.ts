import type { PolicyText } from '../../model/policy';
import { text } from '../../model/value';
import type { Hole } from '../../model/value';
import { actionsMatching } from '../actions/action-info';
import type { Pattern } from '../match/pattern';
import { literalTokens } from '../match/tokens';
import type { Filler, Token } from '../match/tokens';

/** Its deployment and execution roles: by default the latter is administrator. */
export const BOOTSTRAP = 'cdk-bootstrap';
/** Its role that looks things up: by default it has ReadOnlyAccess and may not decrypt. */
export const BOOTSTRAP_LOOKUP = 'cdk-bootstrap-lookup';

/**
 * Its roles that publish files and images: what a later deployment takes as its templates, code and images is theirs to
 * write over.
 */
export const BOOTSTRAP_PUBLISHING = 'cdk-bootstrap-publishing';

const of = (shape: Hole['shape'], what: string): Hole => ({ shape, source: `cdk-bootstrap ${what}` });

/** The ARN of a role of the bootstrap stack: `cdk-<qualifier>-<role>-<account>-<region>`. */
export function bootstrapArn(role: string): PolicyText {
  const account = of('account', 'account');
  return text([
    'arn:',
    { shape: 'partition', source: 'AWS::Partition' },
    ':iam::',
    account,
    ':role/cdk-',
    of('segment', 'qualifier'),
    `-${role}-`,
    account,
    '-',
    of('region', 'region'),
  ]);
}

/** What stands between language and number of a region, where something does. */
const PARTS_OF_REGIONS = ['', 'gov-', 'iso-', 'isob-', 'isoe-', 'isof-'];

/** The names that a role of the bootstrap can have: a qualifier is letters and digits, and a region no text of one's own. */
export function bootstrapNames(role: string): readonly Pattern[] {
  const hole = (filler: Filler): Token => ({ kind: 'hole', filler });
  const one = (part: string): Pattern => ({
    tokens: [
      ...literalTokens('arn:'),
      hole('partition'),
      ...literalTokens(':iam::'),
      hole('account'),
      ...literalTokens(':role/cdk-'),
      hole('word'),
      ...literalTokens(`-${role}-`),
      hole('account'),
      ...literalTokens('-'),
      hole('two-letters'),
      ...literalTokens(`-${part}`),
      hole('word'),
      ...literalTokens('-'),
      hole('number'),
    ],
    segments: 0,
  });
  return PARTS_OF_REGIONS.map(one);
}

/** What reads and is not in ReadOnlyAccess, or is denied to the role. */
const NOT_LOOKED_UP: ReadonlySet<string> = new Set([
  'kms:decrypt',
  'secretsmanager:batchgetsecretvalue',
  'secretsmanager:getsecretvalue',
]);

/**
 * Whether a role outside of the templates may do something: of a bootstrap by its default policies, of any other
 * whatever it is. Of an action or a pattern of actions.
 * @see https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 */
export function externalMay(name: string, action: string): boolean {
  if (name !== BOOTSTRAP_LOOKUP) return true;
  const found = actionsMatching(action);
  return (
    found.length === 0 ||
    found.some((each) => /^(?:read|list)$/.test(each.level ?? '') && !NOT_LOOKED_UP.has(each.action.toLowerCase()))
  );
}
