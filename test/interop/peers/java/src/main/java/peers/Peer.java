package peers;

import org.apache.servicecomb.springboot2.starter.EnableServiceComb;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A service of Java chassis: a provider for TypeScript, and a consumer that is told over HTTP what to call. */
@SpringBootApplication
@EnableServiceComb
public class Peer {
  public static void main(String[] arguments) throws Exception {
    SpringApplication application = new SpringApplication(Peer.class);
    // its server is Java chassis's own
    application.setWebApplicationType(WebApplicationType.NONE);
    application.run(arguments);
    String port = System.getProperty("control.port");
    if (port != null) Control.listen(Integer.parseInt(port));
  }
}
