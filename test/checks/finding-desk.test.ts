import { expect, it } from 'vitest';
import { FindingDesk } from '../../lib/checks/finding-desk';
import { finding } from '../report/sample';

const FILE = 'Orders.template.json';
const AT = 'ReaderPolicy1A2B';

it('hands the findings of a resource to whoever asks for it, once', () => {
  const findings = [finding(), finding({ message: 'other' }), finding({ logicalId: 'Elsewhere' })];
  const desk = new FindingDesk(findings);
  expect(desk.take(FILE, AT)).toEqual(findings.slice(0, 2));
  expect(desk.take(FILE, AT)).toEqual([]);
  expect(desk.takeRest()).toEqual(findings.slice(2));
  expect(desk.takeRest()).toEqual([]);
});

it('keeps resources of the same logical id in different templates apart', () => {
  const desk = new FindingDesk([finding({ file: 'cdk.out/Other.template.json' })]);
  expect(desk.take(FILE, AT)).toEqual([]);
  expect(desk.takeRest()).toHaveLength(1);
});

it('leaves findings about a template itself for the end', () => {
  const desk = new FindingDesk([finding({ logicalId: undefined })]);
  expect(desk.takeRest()).toHaveLength(1);
});
