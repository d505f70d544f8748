import type { Io } from './io';

const WIDTH = 30;
/** Percent by which it must have moved to be drawn again. */
const STEP = 0.5;

interface ProgressBar {
  readonly show: (done: number, all: number) => void;
  readonly clear: () => void;
}

/** A bar on the error stream, where that is a terminal; nothing else is. */
export function progressBar(io: Io): ProgressBar {
  if (io.errIsTerminal !== true) return { show: () => undefined, clear: () => undefined };
  let shown = -STEP;
  return {
    show(done, all) {
      const percent = all === 0 ? 100 : Math.min(100, (100 * done) / all);
      if (percent < shown + STEP) return;
      shown = percent;
      const full = Math.round((WIDTH * percent) / 100);
      const megabytes = `${Math.round(done / 1e6)} of ${Math.round(all / 1e6)} MB`;
      io.err(
        `\r[${'#'.repeat(full)}${' '.repeat(WIDTH - full)}] ${String(Math.floor(percent)).padStart(3)} %  ${megabytes} `,
      );
    },
    clear() {
      io.err('\r\u001b[K');
    },
  };
}
