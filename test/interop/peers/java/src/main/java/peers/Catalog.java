package peers;

import java.util.Map;

/** What a schema of TypeScript is to Java. */
public interface Catalog {
  Map<String, Object> find(String isbn, int copies);
}
