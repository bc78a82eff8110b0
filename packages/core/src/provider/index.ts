export { bind } from './bind.js';
export { call, type Callee } from './call.js';
export {
  LOCAL_LISTENER,
  offeredOn,
  OperationTable,
  type OperationTableOptions,
  type ServedSchema,
} from './operation-table.js';
export { unmatched } from './unmatched.js';
