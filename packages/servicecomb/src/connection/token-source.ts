/** Where the token of requests comes from. */
export interface TokenSource {
  /**
   * The token to send now; undefined where none is needed.
   *
   * @throws ChassisError `REGISTRY_UNAUTHORIZED` when the account is not taken, `REGISTRY_UNAVAILABLE`
   */
  token(): Promise<string | undefined>;
  /**
   * An answer refused this token: the next one is another.
   *
   * @returns whether there may be another
   */
  refused(token: string | undefined): boolean;
}
