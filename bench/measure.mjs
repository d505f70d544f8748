/** CPU time in seconds: of what a thread waits for nothing is counted, so that other work on the machine matters less. */
export function cpuSeconds(action) {
  const start = process.cpuUsage();
  const result = action();
  return { time: since(start), result };
}

/** What somebody waits for, in seconds, beside the CPU time, which counts the compiler's and collector's threads too. */
export function waitedSeconds(action) {
  const start = performance.now();
  const { time: cpu, result } = cpuSeconds(action);
  return { time: (performance.now() - start) / 1e3, cpu, result };
}

export function since(start) {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** A line of the table. */
export function row(what, { ours, reference = '-', figure, budget, holds, note = '' }) {
  return { what, ours, reference, figure, budget, 'holds': holds ? 'yes' : 'NO', note };
}
