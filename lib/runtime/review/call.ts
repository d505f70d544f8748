/** The services that a review reads, and those that it tells. */
export type Service =
  | 'api-gateway'
  | 'apigatewayv2'
  | 'cloudformation'
  | 'cloudwatch'
  | 'cloudwatch-logs'
  | 'cloudtrail'
  | 'eventbridge'
  | 'iam'
  | 'kms'
  | 'lambda'
  | 's3'
  | 'secrets-manager'
  | 'securityhub'
  | 'sns';

/** An operation of AWS by its name in the API: what comes back, or an error named as AWS names it. */
export type Call = (service: Service, operation: string, input: Readonly<Record<string, unknown>>) => Promise<Answer>;

/** What AWS answers; its members are read with care. */
export type Answer = Readonly<Record<string, any>>;

const MISSING = /^(NoSuch|.*NotFound|InsightNotEnabled)/;

/** Whether what was asked for is not there. */
export function isMissing(error: unknown): boolean {
  return MISSING.test(nameOf(error));
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'an error without a name';
}

/** What comes back, `undefined` where it is not there. */
export async function orMissing(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** A page more often than any account needs, so that a service that repeats itself ends. */
const MOST_PAGES = 500;

/** All pages of a list. `token` names the member that asks for the next page, and `from` the one that gives it. */
export async function allOf(
  ask: (page: Readonly<Record<string, string>>) => Promise<Answer>,
  list: string,
  { token, from }: { readonly token: string; readonly from: string },
): Promise<readonly Answer[]> {
  const found: Answer[] = [];
  let page: Record<string, string> = {};
  for (let count = 0; count < MOST_PAGES; count += 1) {
    const answer = await ask(page);
    found.push(...((answer[list] as readonly Answer[] | undefined) ?? []));
    const next: unknown = answer[from];
    if (typeof next !== 'string' || next === '') return found;
    page = { [token]: next };
  }
  throw new Error(`a list of more than ${MOST_PAGES} pages`);
}

export const IAM_PAGES = { token: 'Marker', from: 'Marker' } as const;
export const API_PAGES = { token: 'position', from: 'position' } as const;
export const NEXT_TOKEN = { token: 'NextToken', from: 'NextToken' } as const;
