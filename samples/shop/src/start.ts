import { check } from './launch/check.js';
import { run } from './launch/run.js';

const USAGE = `usage: npm start                      runs the shop until Ctrl-C
       npm start -- --canary          runs version 1.1.0 of the catalog, too
       npm start -- --check           runs it on free ports, places one order, and ends
       npm start -- --{key}={value}   sets a key of the configuration in every service`;

const FLAGS: ReadonlySet<string> = new Set(['--check', '--canary']);

async function main(given: readonly string[]): Promise<number> {
  const settings = given.filter((argument) => !FLAGS.has(argument));
  const unknown = settings.find((argument) => !/^--[^=\s]{2,}=/.test(argument));
  if (unknown !== undefined) {
    console.error(`unknown argument ${unknown}\n${USAGE}`);
    return 1;
  }
  return given.includes('--check') ? check(settings) : run(settings, given.includes('--canary'));
}

// who read the output has gone, as `head` does: the services stop when this process ends
for (const output of [process.stdout, process.stderr]) output.on('error', () => process.exit(1));

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
