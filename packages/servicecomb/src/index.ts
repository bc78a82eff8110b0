export { SERVICECOMB_ERRORS, serviceCombError, type ServiceCombErrorCode } from './codes.js';
export { ServiceIndex } from './discovery/service-index.js';
export { kie } from './kie/kie.js';
export { serviceCenter } from './plugin.js';
