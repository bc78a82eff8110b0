/** An answer that the interface of a control plane does not have; its message says what came. */
export class InvalidAnswer extends Error {
  constructor(
    message: string,
    /** Of HTTP, where the body is at fault. */
    readonly status?: number,
  ) {
    super(message);
  }
}
