export { SERVICECOMB_ERRORS, serviceCombError, type ServiceCombErrorCode } from './codes.js';
export { serviceCenter } from './plugin.js';
