import { afterEach, describe, expect, it, vi } from 'vitest';
import { handler as entry } from '../../bin/example/handlers/order-entry';
import { handler as orders } from '../../bin/example/handlers/orders';
import { handler as webhook } from '../../bin/example/handlers/partner-webhook';
import { handler as refunds } from '../../bin/example/handlers/refunds';
import { restEvent } from '../runtime/guard/events';

afterEach(() => vi.restoreAllMocks());

describe('the handlers of the example', () => {
  it.each(Object.entries({ entry, orders, webhook, refunds }))(
    '%s admits nobody without a policy, before it touches anything',
    async (_name, handler) => {
      vi.spyOn(process.stdout, 'write').mockReturnValue(true);
      const answer = await handler(restEvent({ role: 'Clerk' }) as never, {});
      expect(answer.statusCode).toBe(403);
    },
  );
});
