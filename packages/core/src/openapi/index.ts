export type { DocumentInfo } from './document-info.js';
export { toOpenApi2 } from './to-open-api-2.js';
export { toOpenApi31 } from './to-open-api-31.js';
