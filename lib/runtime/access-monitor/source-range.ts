import { BlockList, isIP } from 'node:net';

const known = new Map<string, BlockList>();

/** Whether an address lies in one of the ranges; an address that is none lies in no range. */
export function isWithin(address: string, ranges: readonly string[]): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const id = ranges.join(' ');
  let list = known.get(id);
  if (list === undefined) known.set(id, (list = listOf(ranges)));
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [net = '', bits] = range.split('/');
    const family = isIP(net) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(net, Number(bits ?? (family === 'ipv4' ? 32 : 128)), family);
  }
  return list;
}
