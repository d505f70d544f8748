import type { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { Line, named } from './faults';

interface Key {
  name: string;
  readonly value: string;
  enabled: boolean;
  inPlan: boolean;
  readonly tags: Record<string, string>;
}

/** The API keys of an account and one usage plan, in memory. */
export class FakeApiGateway {
  public readonly keys = new Map<string, Key>();
  private made = 0;

  constructor(private readonly line = new Line()) {}

  public readonly client = { send: (command: unknown) => this.send(command) } as unknown as Pick<
    APIGatewayClient,
    'send'
  >;

  /** Whether the API lets a caller with this value in. */
  public letsIn(value: string): boolean {
    return [...this.keys.values()].some((key) => key.value === value && key.enabled && key.inPlan);
  }

  private send(command: unknown): Promise<unknown> {
    const { name } = (command as object).constructor;
    const { input } = command as { readonly input: any };
    return this.line.call(name.replace(/Command$/, ''), () => this.answer(name, input));
  }

  private answer(name: string, input: any): unknown {
    switch (name) {
      case 'GetUsagePlanKeysCommand': {
        const items = [...this.keys].flatMap(([id, { name, value, inPlan }]) => (inPlan ? [{ id, name, value }] : []));
        // Pages of one, so that paging is tried.
        const at = Number(input.position ?? 0);
        return { items: items.slice(at, at + 1), position: at + 1 < items.length ? String(at + 1) : undefined };
      }
      case 'CreateApiKeyCommand': {
        if ([...this.keys.values()].some(({ value }) => value === input.value)) {
          throw named('ConflictException', 'API Key already exists');
        }
        this.made += 1;
        const { name, value, enabled, tags } = input;
        this.keys.set(`key-${this.made}`, { name, value, enabled, tags, inPlan: false });
        return { id: `key-${this.made}`, value };
      }
      case 'CreateUsagePlanKeyCommand':
        this.key(input.keyId).inPlan = true;
        return {};
      case 'UpdateApiKeyCommand':
        for (const { path, value } of input.patchOperations) {
          if (path === '/enabled') this.key(input.apiKey).enabled = value === 'true';
          else if (path === '/name') this.key(input.apiKey).name = value;
          else throw named('BadRequestException', path);
        }
        return {};
      case 'DeleteApiKeyCommand':
        this.key(input.apiKey);
        this.keys.delete(input.apiKey);
        return {};
      default:
        throw named('AccessDeniedException', `a rotation must not call ${name}`);
    }
  }

  private key(id: string): Key {
    const found = this.keys.get(id);
    if (found === undefined) throw named('NotFoundException', id);
    return found;
  }
}
