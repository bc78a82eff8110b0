import type { ConfigView } from '../config/config.js';
import { ChassisError } from '../errors/chassis-error.js';

/** An error that begins with the key of the configuration it is about, with the file and line of that key in front; any other as it is. */
export function placed(error: unknown, config: ConfigView): unknown {
  if (!ChassisError.is(error)) return error;
  const { kind, code, details, message } = error;
  const key = /^([^\s:]+\.[^\s:]+): /.exec(message)?.[1];
  const place = key === undefined ? undefined : config.origin(key)?.place;
  if (!place) return error;
  return new ChassisError(kind, `${place}: ${message}`, { code, cause: error, ...(details && { details }) });
}
