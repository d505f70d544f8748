#!/usr/bin/env node
import { writeFileSync } from 'node:fs';
import { main } from '../lib/cli/main';
import { todayInUtc } from '../lib/private/today';

// A reader that stops early, such as `head`, is no failure of ours: what was decided stays decided.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const code = main(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  writeFile: (file, text) => writeFileSync(file, text),
  isTerminal: process.stdout.isTTY,
  errIsTerminal: process.stderr.isTTY,
  width: process.stdout.columns ?? 140,
  today: todayInUtc(),
  env: process.env,
});
if (typeof code === 'number') process.exitCode = code;
else void code.then((settled) => (process.exitCode = settled));
