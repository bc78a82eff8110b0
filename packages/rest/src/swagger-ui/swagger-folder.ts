import { dirname } from 'node:path';
import { restError } from '../codes.js';

/**
 * Where the files of `swagger-ui-dist` are.
 *
 * @param locate - finds a file of a package; as `require.resolve`
 * @throws ChassisError `PACKAGE_MISSING` when it is not installed
 */
export function swaggerFolder(locate: (file: string) => string = (file) => require.resolve(file)): string {
  try {
    return dirname(locate('swagger-ui-dist/package.json'));
  } catch (cause) {
    throw restError(
      'PACKAGE_MISSING',
      'swaggerUi() shows its page with the package swagger-ui-dist, which is not installed; run: npm install swagger-ui-dist',
      { cause },
    );
  }
}
