import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { read } from '../metadata/annotate.js';
import { Field } from './field.js';
import { Implements } from './implements.js';
import { ReturnsKey } from './operation-keys.js';
import { remote } from './remote.js';
import { Returns } from './returns.js';
import { Schema } from './schema.js';

class Book {
  @Field() title!: string;
}
class Novel extends Book {
  @Field() genre!: string;
}
class Other {
  @Field() name!: string;
}
const Price = z.object({ amount: z.number() });

/** Never run: whether it compiles is the test, by `npm run types`. */
export class Fits {
  @Returns(Book) plain(): Book {
    return remote();
  }
  @Returns(Book) promised(): Promise<Book> {
    return remote();
  }
  @Returns(Book) wider(): Promise<Novel> {
    return remote();
  }
  @Returns([Book]) list(): Promise<Book[]> {
    return remote();
  }
  @Returns(String) text(): string {
    return remote();
  }
  @Returns(Number) count(): Promise<number> {
    return remote();
  }
  @Returns(Date) when(): Promise<Date> {
    return remote();
  }
  @Returns(BigInt) big(): bigint {
    return remote();
  }
  @Returns([[Boolean]]) grid(): boolean[][] {
    return remote();
  }
  @Returns(Price) price(): Promise<{ amount: number }> {
    return remote();
  }
  @Returns(() => Book) later(): Book {
    return remote();
  }
  @Returns() nothing(): Promise<void> {
    return remote();
  }
  @Returns(Book, { stream: true }) items(): AsyncIterable<Book> {
    return remote();
  }
  @Returns(Book, { stream: true }) promisedItems(): Promise<AsyncIterable<Book>> {
    return remote();
  }
  @Returns(Book, { stream: true }) async *generated(): AsyncGenerator<Book> {
    yield remote();
  }
  @Returns(Book) reply(): Promise<{ value: unknown; headers: object }> {
    return remote();
  }
  // oxlint-disable-next-line typescript/no-explicit-any -- what is not typed must pass
  @Returns(Book, { description: 'said' }) anything(): any {
    return remote();
  }
}

/** Never run either: each must be refused. */
export class Mismatches {
  // @ts-expect-error another class
  @Returns(Book) other(): Promise<Other> {
    return remote();
  }
  // @ts-expect-error a list is no single value
  @Returns(Book) list(): Promise<Book[]> {
    return remote();
  }
  // @ts-expect-error a single value is no list
  @Returns([Book]) single(): Promise<Book> {
    return remote();
  }
  // @ts-expect-error a narrower type is declared than given
  @Returns(Novel) narrower(): Promise<Book> {
    return remote();
  }
  // @ts-expect-error may be undefined
  @Returns(Book) maybe(): Promise<Book | undefined> {
    return remote();
  }
  // @ts-expect-error items are declared
  @Returns(Book, { stream: true }) value(): Promise<Book> {
    return remote();
  }
  // @ts-expect-error items of another class
  @Returns(Book, { stream: true }) items(): AsyncIterable<Other> {
    return remote();
  }
  // @ts-expect-error a value is declared
  @Returns(Book) stream(): AsyncIterable<Book> {
    return remote();
  }
  // @ts-expect-error another scalar
  @Returns(String) count(): Promise<number> {
    return remote();
  }
  // @ts-expect-error what the Standard Schema does not describe
  @Returns(Price) price(): Promise<{ amount: string }> {
    return remote();
  }
  // @ts-expect-error nothing is declared
  @Returns() something(): Promise<Book> {
    return remote();
  }
}

@Schema({ id: 'typed' })
class Contract {
  @Returns(Book) find(isbn: string): Promise<Book> {
    return remote();
  }
}

// @ts-expect-error a method is missing
const missing = (): void => Implements(Contract)(class Empty {});
class Wrong {
  find(): Promise<Other> {
    return remote();
  }
}
// @ts-expect-error the result is of another type
const differs = (): void => Implements(Contract)(Wrong);

describe('@Returns', () => {
  it('writes what it declares', () => {
    expect(read(Fits, ReturnsKey, 'list')).toMatchObject({ spec: [Book], stream: false });
    expect(read(Fits, ReturnsKey, 'items')).toMatchObject({ spec: Book, stream: true });
    expect(read(Fits, ReturnsKey, 'nothing')).toMatchObject({ spec: undefined, stream: false });
    expect(read(Fits, ReturnsKey, 'anything')).toMatchObject({ description: 'said' });
  });
});

describe('@Implements', () => {
  it('refuses a class that leaves a method out, also where the compiler did not look', () => {
    expect(missing).toThrow(/@Implements on Empty: it does not implement find of Contract/);
    expect(() => Implements(Contract)(class Inherits extends Contract {})).toThrow(
      /@Implements on Inherits: it does not implement find/,
    );
    expect(differs).not.toThrow();
  });

  it('refuses what is no contract', () => {
    expect(() => Implements(Other)(class Provider extends Other {})).toThrow(
      /Other has no @Schema, so it is no contract/,
    );
  });

  it('lets a contract bring methods of its own', () => {
    @Schema({ id: 'helpful' })
    class Helpful {
      @Returns(String) hello(): string {
        return 'hello';
      }
    }
    expect(() => Implements(Helpful)(class Provider extends Helpful {})).not.toThrow();
  });
});
