export { SERVICECOMB_ERRORS, serviceCombError, type ServiceCombErrorCode } from './codes.js';
export { kie } from './kie/kie.js';
export { serviceCenter } from './plugin.js';
