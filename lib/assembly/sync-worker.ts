import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';

/**
 * Asks a worker one question and waits for its answer: a validation plugin is synchronous, what it asks is not.
 * The worker gets `{ port, signal, question }` as its data, posts its answer and then wakes `signal`. It is gone
 * afterwards, and never keeps the process alive.
 *
 * @throws where there is no answer in time.
 */
export function askWorker(file: string, question: unknown, timeoutInMs: number): unknown {
  const signal = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(file, {
    workerData: { port: port2, signal, question },
    transferList: [port2],
    // What the process itself was started with, such as a loader or an inspector, is not for the worker.
    execArgv: [],
  });
  worker.unref();
  // A worker that fails later than its answer fails for nobody.
  worker.on('error', () => undefined);
  try {
    Atomics.wait(signal, 0, 0, timeoutInMs);
    const received = receiveMessageOnPort(port1);
    if (received === undefined) throw new Error(`no answer within ${timeoutInMs / 1000} seconds`);
    return received.message;
  } finally {
    port1.close();
    worker.terminate().catch(() => undefined);
  }
}
