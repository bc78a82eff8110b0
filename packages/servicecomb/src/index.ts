export { SERVICECOMB_ERRORS, type ServiceCombErrorCode } from './codes.js';
export { ServiceIndex } from './discovery/service-index.js';
export { kie } from './kie/kie.js';
export { serviceCenter } from './plugin.js';
