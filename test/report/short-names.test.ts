import { expect, it } from 'vitest';
import { shortNames } from '../../lib/report/short-names';

const short = (...paths: string[]): string[] => [...shortNames(paths).values()];

it('takes the last segment where it is enough', () => {
  expect(short('Prod/Orders/Clerk', 'Prod/Orders/Reader')).toEqual(['Clerk', 'Reader']);
});

it('takes as many segments as tell the paths apart', () => {
  expect(short('Prod/Orders/Clerk', 'Prod/Returns/Clerk', 'Prod/Orders/Reader')).toEqual([
    'Orders/Clerk',
    'Returns/Clerk',
    'Reader',
  ]);
});

it('takes the whole path where one path ends another', () => {
  expect(short('Clerk', 'Orders/Clerk')).toEqual(['Clerk', 'Orders/Clerk']);
});

it('counts a path once, however often it is given', () => {
  expect(short('A/Clerk', 'A/Clerk')).toEqual(['Clerk']);
});
