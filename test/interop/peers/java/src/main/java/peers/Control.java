package peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import org.apache.servicecomb.provider.pojo.Invoker;
import org.apache.servicecomb.provider.springmvc.reference.RestTemplateBuilder;
import org.apache.servicecomb.swagger.invocation.exception.InvocationException;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/** Calls by order: {@code {method, url, headers, body}}, the URL as Java chassis has it, {@code servicecomb://service/path}. */
final class Control {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Control() {}

  static void listen(int port) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(Executors.newFixedThreadPool(8));
    server.createContext("/health", exchange -> answer(exchange, Map.of("status", "UP")));
    server.createContext("/call", exchange -> answer(exchange, call(JSON.readTree(exchange.getRequestBody()))));
    server.createContext("/typed", exchange -> answer(exchange, typed(JSON.readTree(exchange.getRequestBody()))));
    server.start();
  }

  private static Map<String, Object> call(JsonNode order) {
    return told(() -> {
      HttpHeaders headers = new HttpHeaders();
      order.path("headers").fields().forEachRemaining(each -> headers.add(each.getKey(), each.getValue().asText()));
      Object body = order.has("body") ? JSON.convertValue(order.get("body"), Object.class) : null;
      HttpMethod method = HttpMethod.valueOf(order.path("method").asText("GET"));
      return RestTemplateBuilder.create()
          .exchange(order.get("url").asText(), method, new HttpEntity<>(body, headers), Object.class).getBody();
    });
  }

  /** By an interface of Java, found by the schema's id. */
  private static Map<String, Object> typed(JsonNode order) {
    return told(() -> {
      Catalog catalog = Invoker.createProxy(order.get("service").asText(), order.get("schema").asText(), Catalog.class);
      return catalog.find(order.get("isbn").asText(), order.get("copies").asInt());
    });
  }

  private static Map<String, Object> told(java.util.concurrent.Callable<Object> run) {
    Map<String, Object> said = new LinkedHashMap<>();
    try {
      said.put("status", 200);
      said.put("body", run.call());
    } catch (InvocationException failure) {
      said.put("status", failure.getStatusCode());
      said.put("error", String.valueOf(failure.getErrorData()));
    } catch (Exception failure) {
      said.put("status", 0);
      said.put("error", failure.toString());
    }
    return said;
  }

  private static void answer(HttpExchange exchange, Object value) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(value);
    exchange.getResponseHeaders().add("content-type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
