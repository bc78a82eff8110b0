import { installDebian, missingForDebian, programPath } from './cache.mjs';

const there = () => programPath('chromium') !== undefined;

/** The browser of the distribution. */
export const chromium = {
  name: 'chromium',

  path: () => programPath('chromium'),

  missing() {
    return there() ? undefined : missingForDebian('chromium');
  },

  async install() {
    if (!there()) await installDebian('chromium');
  },
};
