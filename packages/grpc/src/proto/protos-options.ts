/**
 * A `.proto` file that is given, instead of one that is derived from classes. Its services are matched by `@Rpc({ service, method })`.
 *
 * @example
 * ```ts
 * const given: GivenProto = { file: 'greeter.proto', includeDirs: ['proto'], loader: { keepCase: true } };
 * ```
 */
export interface GivenProto {
  /** Path of the file, in one of `includeDirs` or as it is. */
  readonly file: string;
  /** Folders in which it and what it imports are looked for; default: its own folder and the working directory. */
  readonly includeDirs?: readonly string[];
  readonly loader?: ProtoLoaderOptions;
}

/**
 * How a given `.proto` is read, by the names of `@grpc/proto-loader`. What a class declares for a field decides before `longs` and `enums` do.
 *
 * @example
 * ```ts
 * const loader: ProtoLoaderOptions = { keepCase: true, longs: String };
 * ```
 */
export interface ProtoLoaderOptions {
  /** Whether `book_id` stays so in the program; default false: it is `bookId`. */
  readonly keepCase?: boolean;
  /** What numbers of 64 bits are where a class leaves it open; default `Number`, which refuses what it would round. */
  readonly longs?: typeof String | typeof Number | typeof BigInt;
  /** What enums are where a class leaves it open; default `String`, their names. */
  readonly enums?: typeof String | typeof Number;
  /** Whether absent fields without presence are zero, `''`, `[]` and so on; default true. */
  readonly defaults?: boolean;
  /** Whether a field with the name of a `oneof` says which of its members is there; default false. */
  readonly oneofs?: boolean;
}

/**
 * Where messages come from.
 *
 * @example
 * ```ts
 * const options: ProtosOptions = { protos: [{ file: 'proto/greeter.proto' }], lock: 'contracts/grpc.lock.json' };
 * ```
 */
export interface ProtosOptions {
  /** Files that are given; everything else is derived from classes. */
  readonly protos?: readonly GivenProto[];
  /**
   * The lock file that keeps the numbers of derived fields, or several: a consumer names those that come with the contracts. Default:
   * `grpc.lock.json` in the folder of the configuration, if it is there.
   */
  readonly lock?: string | readonly string[];
}
