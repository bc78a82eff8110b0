export { annotate, lineage, membersWith, read, readOwn, type AnyClass } from './annotate.js';
export { constructorTypes, methodTypes, propertyType, resultType } from './design-types.js';
export { metadataKey, type MetadataKey } from './metadata-key.js';
