import {
  createApplication,
  Injectable,
  Module,
  Remote,
  Returns,
  Schema,
  type Application,
  type Client,
} from '@ts-chassis/core';
import { Get, Param, rest } from '@ts-chassis/rest';
import { Book, Books } from './books.js';

/** Reads books over each of the ports. Its code knows nothing of TLS: see conf/reader/chassis.yaml. */
@Injectable()
@Schema({ id: 'reader', path: '/read' })
class Reader {
  constructor(
    @Remote(Books, { service: 'books' }) private readonly books: Client<Books>,
    @Remote(Books, { service: 'books', port: 'impostor' }) private readonly impostor: Client<Books>,
    @Remote(Books, { service: 'books', port: 'plain' }) private readonly plain: Client<Books>,
  ) {}

  @Get('/secure/:isbn')
  @Returns(Book)
  secure(@Param('isbn') isbn: string): Promise<Book> {
    return this.books.find(isbn);
  }

  /** Refused: the certificate is one of another authority. */
  @Get('/impostor/:isbn')
  @Returns(Book)
  betrayed(@Param('isbn') isbn: string): Promise<Book> {
    return this.impostor.find(isbn);
  }

  @Get('/plain/:isbn')
  @Returns(Book)
  open(@Param('isbn') isbn: string): Promise<Book> {
    return this.plain.find(isbn);
  }
}

@Module({ schemas: [Reader] })
class ReaderModule {}

export const readerOf = (directory: string): Application =>
  createApplication({ modules: [ReaderModule], plugins: [rest()], configuration: { directory } });
