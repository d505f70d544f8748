/** Where a call is to break: before it has an effect, or after it, when the answer is lost. */
export interface Fault {
  /** The number of the call, from 0. */
  readonly call: number;
  readonly moment: 'before' | 'after';
  /** @default 'Crash' */
  readonly error?: string;
}

/** The line to one or several services: counts the calls, and breaks where it is told to. */
export class Line {
  /** What was called, in order, without values. */
  public readonly calls: string[] = [];
  /** Called after every call, also a broken one: for what must hold at any time. */
  public afterEach: () => void = () => {};
  public faults: readonly Fault[] = [];
  /** A whole service that is out: calls whose name this matches fail before they have an effect. */
  public outage?: { readonly of: RegExp; readonly error: string };

  public async call<T>(name: string, answer: () => T): Promise<T> {
    const fault = this.faults.find(({ call }) => call === this.calls.length);
    this.calls.push(name);
    await Promise.resolve();
    try {
      if (fault?.moment === 'before') throw named(fault.error ?? 'Crash', 'before the call');
      if (this.outage?.of.test(name)) throw named(this.outage.error, 'out of service');
      return answer();
    } finally {
      this.afterEach();
      // The answer is lost, whatever it was.
      if (fault?.moment === 'after') await Promise.reject(named(fault.error ?? 'Crash', 'after the call'));
    }
  }
}

export function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}
