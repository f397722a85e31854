package io.quorate.cli.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.quorate.node.config.NodeConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/healthcheck}, which asks where the node has written that it answers. */
class HealthCheckScriptTest {
  @TempDir private Path directory;

  private final AtomicInteger status = new AtomicInteger(200);
  private final Map<String, String> environment = new HashMap<>();
  private HttpServer node;

  @BeforeEach
  void install() throws IOException {
    Path bin = Files.createDirectories(directory.resolve("installed/bin"));
    Path script = Files.copy(Path.of("../bin/healthcheck"), bin.resolve("healthcheck"));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Files.createDirectories(directory.resolve("installed/lib"));
    Files.writeString(directory.resolve("installed/lib/quorate-cli-1.jar"), "");
    Path java = Files.createDirectories(directory.resolve("java/bin")).resolve("java");
    Files.writeString(java, "#!/usr/bin/env bash\necho \"${@: -4}\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    environment.put("PATH", System.getenv("PATH"));
    environment.put("JAVA_HOME", directory.resolve("java").toString());
    environment.put(HealthCheckFile.VARIABLE, directory.resolve("where").toString());
    // An address of loopback on which nothing listens that is asked at 127.0.0.1.
    node = HttpServer.create(new InetSocketAddress("127.0.0.2", 0), 0);
    node.createContext(
        "/health/ready",
        exchange -> {
          exchange.sendResponseHeaders(status.get(), -1);
          exchange.close();
        });
    node.start();
  }

  @AfterEach
  void stop() {
    node.stop(0);
  }

  private record Ended(int exitCode, String out) {}

  private Ended healthcheck() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(directory.resolve("installed/bin/healthcheck").toString());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, SECONDS)).isTrue();
    return new Ended(process.exitValue(), out);
  }

  private void starts(String... settings) throws Exception {
    Map<String, String> all = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    HealthCheckFile.write(NodeConfig.of(all), environment);
  }

  private String listen() {
    return "127.0.0.2:" + node.getAddress().getPort();
  }

  /** By its file alone, as when it was mounted into the container. */
  @Test
  void aNodeIsAskedWhereItsConfigurationHasItListen() throws Exception {
    starts("http.listen", listen());
    assertThat(healthcheck().exitCode()).isZero();
    status.set(503);
    assertThat(healthcheck().exitCode()).isNotZero();
    node.stop(0);
    assertThat(healthcheck().exitCode()).isNotZero();
  }

  @Test
  void withoutTheFileTheEnvironmentSaysWhere() throws Exception {
    environment.put("QUORATE_HTTP_LISTEN", listen());
    assertThat(healthcheck().exitCode()).isZero();
    environment.put("QUORATE_HTTP_LISTEN", "127.0.0.1:" + node.getAddress().getPort());
    assertThat(healthcheck().exitCode()).isNotZero();
    environment.put("QUORATE_TLS_CERTIFICATE", "node.pem");
    environment.put("QUORATE_TLS_AUTHORITIES", "/tls/ca.pem");
    environment.put("QUORATE_HTTP_LISTEN", "0.0.0.0:7501");
    assertThat(healthcheck())
        .isEqualTo(new Ended(0, "io.quorate.cli.server.HealthCheck 127.0.0.1 7501 /tls/ca.pem\n"));
  }

  @Test
  void withTlsItsAuthoritiesAreThoseOfTheConfiguration() throws Exception {
    String[] tls = {
      "http.listen", "[::]:9000",
      "tls.certificate", "/tls/node.pem",
      "tls.key", "/tls/node.key",
      "tls.authorities", "/tls/the authorities.pem"
    };
    starts(tls);
    assertThat(healthcheck())
        .isEqualTo(
            new Ended(
                0, "io.quorate.cli.server.HealthCheck 127.0.0.1 9000 /tls/the authorities.pem\n"));
    starts(
        "http.listen",
        listen(),
        "tls.mode",
        "prefer",
        "tls.certificate",
        "/tls/node.pem",
        "tls.key",
        "/tls/node.key",
        "tls.authorities",
        "/tls/ca.pem");
    assertThat(healthcheck()).as("it takes plaintext, too").isEqualTo(new Ended(0, ""));
  }

  @Test
  void aNodeThatAnswersNowhereIsWellWhileItRuns() throws Exception {
    starts("http.listen", "off");
    assertThat(healthcheck()).isEqualTo(new Ended(0, ""));
  }

  /** The image asks for the file in a directory that each container has. */
  @Test
  void theImageAsksForTheFile() throws Exception {
    assertThat(Path.of("../Dockerfile"))
        .content()
        .contains(HealthCheckFile.VARIABLE + "=/tmp/")
        .contains("CMD [\"/opt/quorate/bin/healthcheck\"]");
    environment.remove(HealthCheckFile.VARIABLE);
    starts("http.listen", "off");
    assertThat(directory.resolve("where")).doesNotExist();
  }

  @Test
  void aFileThatCannotBeWrittenStopsNoNode() throws Exception {
    environment.put(HealthCheckFile.VARIABLE, directory.resolve("none/where").toString());
    starts("http.listen", "off");
    assertThat(directory.resolve("none")).doesNotExist();
  }
}
