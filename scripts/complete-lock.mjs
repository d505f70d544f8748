// Completes package-lock.json: where a registry serves only the binaries of one platform, `npm install` leaves those of
// the other platforms out of the lock, and `npm ci` then refuses it, here as elsewhere. What is missing is known from
// the lock itself: the optional dependencies of each package, with exact versions. With --check, only says so.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = join(root, 'package-lock.json');

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = {
  arm: 'arm',
  arm64: 'arm64',
  ia32: 'ia32',
  loong64: 'loong64',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  x64: 'x64',
};

/** Where a binary runs, from the parts of its name: `@oxlint/binding-linux-x64-musl`. */
function platformOf(name) {
  const parts = name.split('/').at(-1).split('-');
  const os = parts.find((part) => SYSTEMS.includes(part));
  const cpu = parts.map((part) => PROCESSORS[part]).find(Boolean);
  const libc = /musl/.test(name) ? ['musl'] : /-gnu/.test(name) ? ['glibc'] : undefined;
  return os === undefined || cpu === undefined ? undefined : { os: [os], cpu: [cpu], ...(libc ? { libc } : {}) };
}

/** The entries that the lock lacks. */
export function missingEntries({ packages }) {
  const missing = {};
  for (const { optionalDependencies = {}, dev } of Object.values(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const key = `node_modules/${name}`;
      const platform = platformOf(name);
      if (packages[key] !== undefined || platform === undefined || !/^\d+\.\d+\.\d+/.test(version)) continue;
      missing[key] = { version, ...platform, ...(dev ? { dev: true } : {}), optional: true };
    }
  }
  return missing;
}

export function completeLock({ check }) {
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingEntries(lock);
  const names = Object.keys(missing);
  if (names.length === 0) return;
  if (check)
    throw new Error(
      `package-lock.json lacks ${names.length} packages of other platforms, such as ${names[0]}; run \`node scripts/complete-lock.mjs\``,
    );
  lock.packages = Object.fromEntries(
    Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`added ${names.length} packages of other platforms`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) completeLock({ check: process.argv.includes('--check') });
