import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { Line, named } from './faults';

/** The secrets of one app client of Cognito, in memory: at most two, at least one, each told once. */
export class FakeUserPool {
  public readonly secrets = new Map<string, string>([['made-with-the-client', 'never-read-by-anybody']]);
  private made = 0;

  constructor(private readonly line = new Line()) {}

  public readonly client = { send: (command: unknown) => this.send(command) } as unknown as Pick<
    CognitoIdentityProviderClient,
    'send'
  >;

  private send(command: unknown): Promise<unknown> {
    const { name } = (command as object).constructor;
    const { input } = command as { readonly input: any };
    return this.line.call(name.replace(/Command$/, ''), () => this.answer(name, input));
  }

  private answer(name: string, input: any): unknown {
    switch (name) {
      case 'ListUserPoolClientSecretsCommand': {
        // In another order than they were made, to see that nobody relies on the order.
        const made = [...this.secrets.keys()].map((id, at) => ({
          ClientSecretId: id,
          ClientSecretCreateDate: new Date(at * 1000),
        }));
        return { ClientSecrets: made.sort((a, b) => b.ClientSecretId.localeCompare(a.ClientSecretId)) };
      }
      case 'AddUserPoolClientSecretCommand': {
        if (this.secrets.size >= 2) throw named('LimitExceededException', 'two secrets already');
        this.made += 1;
        const id = `secret-${this.made}`;
        const value = `value-of-secret-${this.made}`;
        this.secrets.set(id, value);
        return { ClientSecretDescriptor: { ClientSecretId: id, ClientSecretValue: value } };
      }
      case 'DeleteUserPoolClientSecretCommand':
        if (!this.secrets.has(input.ClientSecretId)) throw named('ResourceNotFoundException', input.ClientSecretId);
        if (this.secrets.size === 1) throw named('InvalidParameterException', 'the last secret');
        this.secrets.delete(input.ClientSecretId);
        return {};
      default:
        throw named('AccessDeniedException', `a rotation must not call ${name}`);
    }
  }
}
