/** Whom calls go to when nothing but `latest` is asked of them: the router's own word, by which others tell it from that of a rule or a caller. */
export const LATEST_TAGS = Object.freeze({ version: 'latest' });
