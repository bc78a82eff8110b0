import { escapeControl, fieldsOf, messageOf, type LogLine } from './log-line.js';

const OWN = new Set(['time', 'level', 'message']);

/** One JSON object on one line: `time` (ISO 8601, UTC), `level`, `message`, then the fields; a field of such a name becomes `fields.time`. */
export function formatJson(line: LogLine): string {
  const record: Record<string, unknown> = {
    time: new Date(line.time).toISOString(),
    level: line.level,
    message: messageOf(line),
  };
  for (const [name, value] of Object.entries(fieldsOf(line))) record[OWN.has(name) ? `fields.${name}` : name] = value;
  return escapeControl(JSON.stringify(record));
}
