import type { ConfigView } from '../config/config.js';
import { ChassisError } from '../errors/chassis-error.js';

/** An error that begins with the key of the configuration it is about, with the file and line of that key, or of what it lies in, in front; any other as it is. */
export function placed(error: unknown, config: ConfigView): unknown {
  if (!ChassisError.is(error)) return error;
  const { kind, code, details, message } = error;
  const key = /^([^\s:]+\.[^\s:]+): /.exec(message)?.[1];
  const place = key && placeOf(key, config);
  if (!place) return error;
  return new ChassisError(kind, `${place}: ${message}`, { code, cause: error, ...(details && { details }) });
}

function placeOf(key: string, config: ConfigView): string | undefined {
  for (let at = key; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const place = config.origin(at)?.place;
    if (place !== undefined) return place;
  }
  return undefined;
}
