/** The version of this package, as it tells others who it is. */
export const VERSION = '0.1.0';

/** What names this package in `User-Agent`. */
export const USER_AGENT = `ts-chassis/${VERSION}`;
