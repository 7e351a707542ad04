// Loaded before `lapse` by bench/check-start.ts: tells what the process has used when policies are first asked, and when it ends.
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

const post = Worker.prototype.postMessage;
const said = {};

/** Seconds of CPU of this process with all its threads, and of its children that have ended, in steps of 10 ms. */
function used() {
  const { user, system } = process.cpuUsage();
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return { own: (user + system) / 1e6, children: (Number(fields[13]) + Number(fields[14])) / 100 };
}

Worker.prototype.postMessage = function postMessage(message, ...rest) {
  if (Array.isArray(message) && typeof message[0]?.entrypoint === 'string') {
    said.first ??= used();
    said.memory ??= process.memoryUsage().rss / 1024 ** 2;
  }
  return post.call(this, message, ...rest);
};
process.on('exit', () =>
  process.stderr.write(`\n${process.env.CHECK_START}${JSON.stringify({ ...said, end: used() })}\n`),
);
