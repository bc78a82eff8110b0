export { annotate, isAnnotated, lineage, membersWith, read, readOwn, type AnyClass, type Newable } from './annotate.js';
export { parameterNames } from './constructor-source.js';
export { constructorOwner, constructorTypes, methodTypes, propertyType, resultType } from './design-types.js';
export { metadataKey, type MetadataKey } from './metadata-key.js';
