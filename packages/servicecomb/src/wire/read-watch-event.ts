import { readInstance } from './read-instance.js';
import { isRecord, textOf } from './read-json.js';
import { readServiceKey } from './read-service.js';
import type { WatchEvent } from './records.js';

const ACTIONS: ReadonlySet<unknown> = new Set(['CREATE', 'UPDATE', 'DELETE', 'EXPIRE', 'ERROR', 'INIT']);

/** What a watcher was told; undefined for anything else, such as broken JSON or an action that nobody knows. */
export function readWatchEvent(text: string): WatchEvent | undefined {
  const value = parsed(text);
  if (!isRecord(value)) return undefined;
  const action = textOf(value['action']);
  const key = readServiceKey(value['key']);
  const instance = readInstance(value['instance']);
  if (!ACTIONS.has(action) || !key || !instance) return undefined;
  return { action: action as WatchEvent['action'], key, instance };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
