import { describe, expect, it } from 'vitest';
import { partsOf } from '../../../lib/engine/decide/region';
import type { Region } from '../../../lib/engine/decide/region';
import { parsePolicy } from '../../../lib/engine/parse/policy-document';

describe('the parts of a region to which a statement applies', () => {
  const region = (resource: string): Region => ({
    actions: ['apigateway:GET'],
    notActions: [],
    resources: [resource],
    asked: resource,
    places: [],
    notResources: [],
  });
  const resourcesOf = (asked: string, patterns: readonly string[]): readonly unknown[] => {
    const document = parsePolicy({ Statement: [{ Effect: 'Allow', Action: 'apigateway:GET', Resource: patterns }] });
    const [statement] = document.statements;
    return partsOf(region(asked), statement, true).map(({ resources }) => resources);
  };
  const APIS = 'arn:aws:apigateway:*::/apis';
  const ROUTES = 'arn:aws:apigateway:*::/apis/*/routes';

  it('begin with all of it, where a pattern is what was asked about', () => {
    const asked = 'arn:aws:apigateway:*::/*/routes';
    expect(resourcesOf(asked, [ROUTES, asked])).toEqual([[asked], [asked, ROUTES]]);
    expect(resourcesOf(asked, [ROUTES, '*'])).toEqual([[asked], [asked, ROUTES]]);
  });

  it('are in the order of the patterns, where none is', () => {
    expect(resourcesOf('*', [APIS, ROUTES])).toEqual([[APIS], [ROUTES]]);
    expect(resourcesOf('arn:aws:apigateway:*::/apis*', [ROUTES, APIS])).toEqual([
      ['arn:aws:apigateway:*::/apis*', ROUTES],
      ['arn:aws:apigateway:*::/apis*', APIS],
    ]);
    expect(resourcesOf(ROUTES, [APIS])).toEqual([]);
  });
});
