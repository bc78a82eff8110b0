import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { YamlFile, YamlReading } from './yaml-document.js';
import { YamlFault } from './yaml-fault.js';
import { Portions, type Portion } from './yaml-portions.js';

/** What the thread answers to each question for more. */
type Answer =
  | { readonly portion: Portion }
  | { readonly fault: { readonly message: string; readonly line: number } }
  | { readonly done: true };

/** Gives one portion for each message, so that who asks is never flooded. */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const { portionsOf, readYaml } = require(workerData.library);
let portions;
const next = () => {
  try {
    portions ??= portionsOf(readYaml(workerData.text, workerData.reading));
    const { done, value } = portions.next();
    return done ? { done: true } : { portion: value };
  } catch (error) {
    if (typeof error.line !== 'number') throw error;
    return { fault: { message: error.message, line: error.line } };
  }
};
parentPort.on('message', () => parentPort.postMessage(next()));
`;

/**
 * Reads a text of YAML in a thread, which hands the result over in portions.
 *
 * @returns undefined where a thread cannot be had
 * @throws YamlFault as reading it here does
 */
export async function readInThread(text: string, reading: YamlReading): Promise<YamlFile | undefined> {
  const library = libraryFile();
  if (library === undefined) return undefined;
  let thread: Worker | undefined;
  try {
    const { Worker } = await import('node:worker_threads');
    // variables are for placeholders only
    const environment = reading.environment && (text.includes('${') ? { ...reading.environment } : {});
    const workerData = { library, text, reading: { ...reading, environment } };
    thread = new Worker(PROGRAM, { eval: true, execArgv: [], workerData });
    return await received(thread);
  } catch (error) {
    if (error instanceof YamlFault) throw error;
    return undefined;
  } finally {
    await thread?.terminate();
  }
}

/** The parser beside this file or beside the one file that all of the package was made into; sources as such have none. */
function libraryFile(): string | undefined {
  return ['yaml-library.js', 'config/sources/yaml-library.js']
    .map((path) => join(__dirname, path))
    .find((path) => existsSync(path));
}

function received(thread: Worker): Promise<YamlFile> {
  const file = new Portions();
  return new Promise((resolve, reject) => {
    thread.on('error', reject);
    thread.on('exit', () => reject(new Error('the thread ended too early')));
    thread.on('message', (answer: Answer) => {
      if ('done' in answer) resolve(file);
      else if ('fault' in answer) reject(new YamlFault(answer.fault.message, answer.fault.line));
      else {
        file.add(answer.portion);
        thread.postMessage('next');
      }
    });
    thread.postMessage('next');
  });
}
