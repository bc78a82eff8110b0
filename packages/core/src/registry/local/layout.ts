import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ServiceQuery } from '../ports.js';

/** Names of files may have 255 bytes; ours leave room for what is put before and behind. */
const LONGEST = 180;

const SUFFIX = '.json';

/**
 * Any text as one step of a path: letters, digits, `-`, `_` and dots inside stay; all else is percent-encoded, an empty text is `_`,
 * and a long one is cut and ends in its hash. No two texts give the same step on a file system that tells capitals apart; elsewhere
 * the content of the files decides.
 */
export function pathStep(text: string): string {
  if (text === '') return '_';
  const safe = [...Buffer.from(text, 'utf8')].map(safeByte).join('');
  const step = safe === '_' ? '%5F' : safe.replace(/^\.|\.$/g, '%2E');
  if (step.length <= LONGEST) return step;
  return `${step.slice(0, LONGEST - 33).replace(/%.?$/, '')}~${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

function safeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9._-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** The text of a step that was not cut; undefined for one that was, or that we never write. */
export function textOfStep(step: string): string | undefined {
  try {
    const text = step === '_' ? '' : decodeURIComponent(step);
    return pathStep(text) === step ? text : undefined;
  } catch {
    return undefined;
  }
}

/** `{root}/{environment or _}/{app}/{service}` */
export function serviceFolderPath(root: string, { environment, app, service }: ServiceQuery): string {
  return join(root, pathStep(environment), pathStep(app), pathStep(service));
}

/** The file of an instance, and the one it is written to before it is renamed. */
export function instanceFile(id: string): { readonly name: string; readonly temporary: string } {
  const step = pathStep(id);
  return { name: `${step}${SUFFIX}`, temporary: `.${step}.tmp` };
}

/** Whether a name in a service's folder may be an instance's. */
export function isInstanceFile(name: string): boolean {
  return name.endsWith(SUFFIX) && !name.startsWith('.');
}

/** `{service}/contracts/{version}`: a folder, so never mistaken for an instance. */
export function contractsPath(root: string, query: ServiceQuery): string {
  return join(serviceFolderPath(root, query), 'contracts');
}

/** The file of a contract. */
export function contractFile(schemaId: string): string {
  return `${pathStep(schemaId)}${SUFFIX}`;
}

/** The schema id behind a contract's file name. */
export function schemaIdOf(name: string): string | undefined {
  return isInstanceFile(name) ? textOfStep(name.slice(0, -SUFFIX.length)) : undefined;
}
