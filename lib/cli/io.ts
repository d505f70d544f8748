/** What the command line touches of the outside world: handed in, so that it is tested in process. */
export interface Io {
  /** Results go here. */
  out(text: string): void;
  /** Problems go here. */
  err(text: string): void;
  /** Writes a file; throws as the file system does. */
  writeFile(file: string, text: string): void;
  readonly isTerminal: boolean;
  /** Whether `err` goes to a terminal, where progress can be shown. */
  readonly errIsTerminal?: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** The date in UTC, `2026-11-22`. */
  readonly today: string;
  /** Loads a package of the AWS SDK, which is no dependency of ours. @default - from the project of the user */
  readonly loadSdk?: (name: string) => unknown;
  readonly env: Readonly<Record<string, string | undefined>>;
}
