// Runs a program and ends it when whoever started this has gone, in whatever way: then the pipe to this one closes.
// What is written to the pipe ends it at once, without a chance to clean up. Arguments: the log file, then the program
// and what it is given.
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';

const GRACE_MS = 5000;
const [log, command, ...given] = process.argv.slice(2);
const output = openSync(log, 'a');
const child = spawn(command, given, { stdio: ['ignore', output, output] });

function stop() {
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref();
}

process.stdin.on('end', stop).on('data', () => child.kill('SIGKILL'));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stop);
child.on('error', ({ message }) => {
  console.error(message);
  process.exit(1);
});
child.on('exit', (code) => process.exit(code ?? 0));
