import type { Ajv2020 } from 'ajv/dist/2020.js';
import type { FormatsPlugin } from 'ajv-formats';
import type { ValidateFunction } from 'ajv';
import { coreError } from '../../errors/core-error.js';
import type { JsonSchema } from '../json-schema.js';

/**
 * A validator of a JSON Schema, draft 2020-12. Ajv is loaded here and only here, when the first is compiled: it costs
 * more than the whole start of a small service.
 *
 * @param allErrors - whether it goes on after the first fault
 * @throws ChassisError `SCHEMA_INVALID` when the schema cannot be compiled
 */
export function compileJsonSchema(schema: JsonSchema, allErrors: boolean): ValidateFunction {
  const ajv = makeAjv(allErrors);
  try {
    return ajv.compile(schema);
  } catch (error) {
    throw coreError('SCHEMA_INVALID', `a JSON Schema cannot be compiled: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function makeAjv(allErrors: boolean): Ajv2020 {
  const { Ajv2020: Validator } = require('ajv/dist/2020') as { Ajv2020: typeof Ajv2020 };
  const addFormats = (require('ajv-formats') as { default: FormatsPlugin }).default;
  // Checking every schema against the meta schema costs ten times what compiling one does.
  const ajv = new Validator({
    meta: false,
    validateSchema: false,
    strict: false,
    allErrors,
    verbose: true,
    useDefaults: true,
  });
  addFormats(ajv as never);
  return ajv;
}
