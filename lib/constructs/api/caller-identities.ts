import { Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { GuardToken } from '../../model/guard-policy';

/** Who calls an endpoint, by what tells it apart in other templates too; for the intent of the endpoint. */
export function identitiesOf(
  at: IConstruct,
  { roles = [], tokens = [] }: { readonly roles?: readonly iam.IRole[]; readonly tokens?: readonly GuardToken[] },
): { readonly identities?: readonly string[] } {
  const identities = [
    ...roles.flatMap((role) => importedAs(role) ?? []),
    ...tokens.map((token) => JSON.stringify(written(token, at))),
  ];
  return identities.length === 0 ? {} : { identities };
}

/** Names of roles are unique in an account, whatever their paths. */
function importedAs(role: iam.IRole): string | undefined {
  const { account } = role.env;
  const { roleName } = role;
  return Token.isUnresolved(account) || Token.isUnresolved(roleName)
    ? undefined
    : `${account}/${roleName} ${role.node.path}`;
}

function written({ issuer, audience, ...more }: GuardToken, at: IConstruct): GuardToken {
  return { issuer: textOf(issuer, at), audience: audience.map((each) => textOf(each, at)), ...more };
}

/** A text that holds no tokens: references as paths of constructs, the same in each stack. */
function textOf(value: string, at: IConstruct): string {
  if (!Token.isUnresolved(value)) return value;
  const mapToken = (token: unknown): string =>
    Reference.isReference(token) && !token.displayName.startsWith('AWS::')
      ? `\${${token.target.node.path}.${token.displayName}}`
      : JSON.stringify(Stack.of(at).resolve(token));
  return Tokenization.reverseString(value)
    .mapTokens({ mapToken })
    .join({ join: (left, right) => `${left ?? ''}${right ?? ''}` }) as string;
}
