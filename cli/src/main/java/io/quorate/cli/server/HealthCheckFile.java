package io.quorate.cli.server;

import io.quorate.node.config.HostPort;
import io.quorate.node.config.NodeConfig;
import io.quorate.node.config.TlsChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Where the node answers that it is ready, for {@code bin/healthcheck}: that runs every few
 * seconds, and cannot read a configuration by itself. The variable {@value #VARIABLE}, which an
 * image sets, says where the file is.
 *
 * <p>The first line is {@code http} or {@code https}, the host and the port, or {@code off} if the
 * node answers nowhere; the second the file of the authorities, with {@code https}.
 */
final class HealthCheckFile {
  static final String VARIABLE = "QUORATE_HEALTHCHECK_FILE";

  private HealthCheckFile() {}

  /** Writes the file, if one is asked for. A node does without it. */
  static void write(NodeConfig config, Map<String, String> environment) {
    String asked = environment.getOrDefault(VARIABLE, "");
    if (asked.isEmpty()) {
      return;
    }
    Path file = Path.of(asked).toAbsolutePath();
    try {
      Path next = file.resolveSibling(file.getFileName() + ".next");
      Files.writeString(next, text(config));
      Path unused =
          Files.move(
              next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException unwritable) {
      LoggerFactory.getLogger("io.quorate.node")
          .warn(
              "{} cannot be written ({}), so health checks of this container go by the environment"
                  + " alone",
              file,
              unwritable.toString());
    }
  }

  static String text(NodeConfig config) {
    HostPort listen = config.httpListen();
    if (listen == null) {
      return "off\n";
    }
    // A node that takes both is asked without TLS, which costs less.
    boolean tls = config.tls().mode() == TlsChoice.REQUIRE;
    return "%s %s %d\n%s\n"
        .formatted(
            tls ? "https" : "http",
            host(listen.host()),
            listen.port(),
            tls ? absolute(config.tls().authorities()) : "");
  }

  /** What listens on all addresses is reached at that of loopback. */
  private static String host(String listen) {
    return listen.equals("0.0.0.0") || listen.equals("::") ? "127.0.0.1" : listen;
  }

  private static String absolute(@Nullable Path file) {
    return file == null ? "" : file.toAbsolutePath().toString();
  }
}
