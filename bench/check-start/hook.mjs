// Loaded into `lapse` by bench/check-start.ts: tells what the process has used when policies are first asked, and when it ends.
import { readFileSync } from 'node:fs';
import worker from 'node:worker_threads';

const said = { compiler: false };

/** Seconds of CPU of this process with all its threads, and of its children that have ended, in steps of 10 ms. */
function used() {
  const { user, system } = process.cpuUsage();
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return { own: (user + system) / 1e6, children: (Number(fields[13]) + Number(fields[14])) / 100 };
}

const { postMessage } = worker.Worker.prototype;
worker.Worker.prototype.postMessage = function post(message, ...rest) {
  const [request] = Array.isArray(message) ? message : [message];
  if (typeof request?.entrypoint === 'string') said.first ??= used();
  if (typeof request?.operation === 'string') said.compiler = true;
  return postMessage.call(this, message, ...rest);
};
process.on('exit', () =>
  process.stderr.write(`\n${process.env.CHECK_START}${JSON.stringify({ ...said, end: used() })}\n`),
);
