/** Scalar types of protobuf. */
export type ScalarName =
  | 'double'
  | 'float'
  | 'int32'
  | 'uint32'
  | 'sint32'
  | 'fixed32'
  | 'sfixed32'
  | 'int64'
  | 'uint64'
  | 'sint64'
  | 'fixed64'
  | 'sfixed64'
  | 'bool'
  | 'string'
  | 'bytes';

/** What a value is in the program: the same scalar may be a number here and text there, as the class says. */
export type Form = 'text' | 'number' | 'bigint' | 'boolean' | 'bytes' | 'base64' | 'date' | 'day';

/** Messages of google.protobuf that stand for JSON. */
export type JsonName = 'Value' | 'Struct' | 'ListValue';

/** The type of one value, whatever its field says of how many there are. */
export type FieldType =
  | { readonly kind: 'scalar'; readonly scalar: ScalarName; readonly form: Form }
  | { readonly kind: 'enum'; readonly enum: EnumModel; readonly form: 'text' | 'number' }
  | { readonly kind: 'message'; readonly message: MessageModel }
  /** `google.protobuf.Timestamp`; a `Date` or text by RFC 3339. */
  | { readonly kind: 'timestamp'; readonly form: 'date' | 'text' }
  /** `google.protobuf.Duration`: text as `3.5s`, or a number of milliseconds. */
  | { readonly kind: 'duration'; readonly form: 'text' | 'number' }
  /** A message with one field `value`, as `google.protobuf.StringValue`; null stands for its absence. */
  | { readonly kind: 'wrapper'; readonly scalar: ScalarName; readonly form: Form; readonly name: string }
  | { readonly kind: 'json'; readonly json: JsonName };

export interface EnumModel {
  /** Full name. */
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
}

/** One field of a message and where its value stands. */
export interface FieldModel {
  /** Where the value stands in an object. */
  readonly property: string;
  /** The name in the `.proto`. */
  readonly name: string;
  /** Given last, by the lock file or by the order of declaration. */
  number: number;
  type: FieldType;
  readonly label: 'one' | 'list' | 'map';
  /** Type of a map's keys; default `string`. */
  readonly keys?: ScalarName;
  /** Whether a scalar that is absent differs from zero: `optional` of proto3, proto2, and members of a `oneof`. */
  readonly presence: boolean;
  /** What stands in the place of what is absent: zero of its type, null, or nothing at all. */
  readonly absent: 'zero' | 'null' | 'nothing';
  /** Whether the program must give it. */
  readonly required: boolean;
  /** What is sent when the program gives nothing, in the form of JSON. */
  readonly fallback?: unknown;
  /** Where the name of this field is told when it is the one of its `oneof` that is there. */
  readonly oneof?: string;
  /** A field that only answers, or only requests, have. */
  readonly only?: 'response' | 'request';
  readonly comment?: string;
  /** proto2 and `[packed = false]`: lists of numbers are written one by one. */
  readonly unpacked?: boolean;
}

/** A message type. Its fields are set after it is made, because they may refer back to it. */
export interface MessageModel {
  /** As it stands in its file; with package for those of a given file. */
  readonly name: string;
  fields: readonly FieldModel[];
  readonly comment?: string;
  /** What removed fields leave behind. */
  reserved?: Reserved;
}

/** Numbers and names that no field may have again. */
export interface Reserved {
  readonly numbers: readonly number[];
  readonly names: readonly string[];
}

/** `google.protobuf.Empty`. */
export const EMPTY: MessageModel = { name: 'google.protobuf.Empty', fields: [] };
