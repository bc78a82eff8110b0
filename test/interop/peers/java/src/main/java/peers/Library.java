package peers;

import java.util.ArrayList;
import java.util.List;
import javax.ws.rs.core.Response.Status;
import org.apache.servicecomb.provider.rest.common.RestSchema;
import org.apache.servicecomb.swagger.invocation.exception.InvocationException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What TypeScript calls. */
@RestSchema(schemaId = "library")
@RequestMapping(path = "/library")
public class Library {
  @GetMapping(path = "/books/{isbn}")
  public Book find(@PathVariable("isbn") String isbn, @RequestParam("copies") int copies,
      @RequestHeader("x-reader") String reader) {
    if (isbn.equals("none")) throw new InvocationException(Status.NOT_FOUND, "no book none");
    Book book = new Book();
    book.isbn = isbn;
    book.copies = copies;
    book.readers.add(reader);
    return book;
  }

  @PostMapping(path = "/books")
  public Book add(@RequestBody Book book) {
    book.copies += 1;
    return book;
  }

  /** Plain data. */
  public static class Book {
    public String isbn;
    public int copies;
    public List<String> readers = new ArrayList<>();
  }
}
