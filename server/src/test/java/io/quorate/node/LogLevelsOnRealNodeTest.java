package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.LogLevel;
import io.quorate.client.admin.LoggerLevel;
import io.quorate.client.admin.NodeMaintenance;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A real node that is asked to log more, and what it writes then. */
class LogLevelsOnRealNodeTest {
  private static final int FIRST_PORT = 17_960;
  private static final String NODE = "io.quorate.node";
  private static final String KEY = "planted-key-5e21";
  private static final String VALUE = "planted-value-5e21";

  @TempDir private Path directory;

  private final Logger logger = (Logger) LoggerFactory.getLogger(NODE);
  private final Logger all = (Logger) LoggerFactory.getLogger("io.quorate");
  private final Map<Logger, Integer> before = Map.of(logger, levelOf(logger), all, levelOf(all));
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

  private static int levelOf(Logger logger) {
    return logger.getLevel() == null ? -1 : logger.getLevel().toInt();
  }

  @BeforeEach
  void listen() {
    appender.list = new CopyOnWriteArrayList<>();
    appender.start();
    all.addAppender(appender);
  }

  @AfterEach
  void stopListening() {
    all.detachAppender(appender);
    before.forEach((each, level) -> each.setLevel(level == -1 ? null : Level.toLevel(level)));
  }

  /** As the process of a node has it. */
  private static void set(String name, io.quorate.model.@Nullable LogLevel level) {
    ((Logger) LoggerFactory.getLogger(name))
        .setLevel(level == null ? null : Level.toLevel(level.name()));
  }

  private RealCluster cluster() throws Exception {
    RealCluster cluster = new RealCluster(directory, FIRST_PORT, 1);
    QuorateNode unused =
        cluster.start(0, Map.of(), Machine.REAL.with(LogLevelsOnRealNodeTest::set));
    cluster.awaitReady(0);
    return cluster;
  }

  private static QuorateClient client(RealCluster cluster) {
    return QuorateClient.builder().endpoints(cluster.address(0)).build();
  }

  private boolean hasLine(Level level) {
    return appender.list.stream().anyMatch(line -> line.getLevel() == level);
  }

  private static LoggerLevel ofNode(List<LoggerLevel> levels) {
    return levels.stream().filter(each -> each.logger().equals(NODE)).findFirst().orElseThrow();
  }

  @Test
  void theNodeLogsMoreForATimeAndThenAsBefore() throws Exception {
    try (RealCluster cluster = cluster();
        QuorateClient client = client(cluster)) {
      NodeMaintenance node = Administration.of(client).maintenance(cluster.address(0));
      KeyValue store = client.keyValue();
      assertThat(ofNode(node.logLevels()))
          .isEqualTo(LoggerLevel.of(NODE, LogLevel.INFO, LogLevel.INFO, null));
      assertThat(hasLine(Level.TRACE)).isFalse();

      LoggerLevel set = ofNode(node.setLogLevel(NODE, LogLevel.TRACE, Duration.ofSeconds(3)));
      assertThat(set.level()).isEqualTo(LogLevel.TRACE);
      assertThat(set.left()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(3));
      await()
          .until(
              () -> {
                store.put(KEY, VALUE);
                return hasLine(Level.TRACE);
              });
      await().until(() -> ofNode(node.logLevels()).left() == null);
      assertThat(logger.getLevel()).isNull();
      assertThat(appender.list.stream().map(ILoggingEvent::getFormattedMessage))
          .anyMatch(line -> line.startsWith("logger io.quorate.node logs at trace for PT3S"))
          .anyMatch(line -> line.equals("logger io.quorate.node logs at info again"));

      List<LoggerLevel> whole = node.setLogLevel(null, LogLevel.DEBUG, Duration.ofHours(1));
      assertThat(whole).extracting(LoggerLevel::level).containsOnly(LogLevel.DEBUG);
      assertThat(node.resetLogLevel(null))
          .extracting(LoggerLevel::level)
          .containsOnly(LogLevel.INFO);

      assertThatThrownBy(() -> node.setLogLevel("io.quorate.nod", LogLevel.DEBUG, hour()))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("did you mean 'io.quorate.node'?");
      assertThatThrownBy(() -> node.setLogLevel(NODE, LogLevel.DEBUG, Duration.ofDays(2)))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("1 second to 24 hours");
      for (Duration none : List.of(Duration.ZERO, Duration.ofNanos(1), Duration.ofSeconds(-1))) {
        assertThatThrownBy(() -> node.setLogLevel(NODE, LogLevel.DEBUG, none))
            .isInstanceOf(InvalidRequestException.class);
      }
      assertThatThrownBy(() -> node.setLogLevel(NODE, LogLevel.UNKNOWN, hour()))
          .isInstanceOf(InvalidRequestException.class);
    }
  }

  private static Duration hour() {
    return Duration.ofHours(1);
  }

  /** The process may go on with other nodes. */
  @Test
  void aNodeThatStopsUndoesWhatWasSet() throws Exception {
    try (RealCluster cluster = cluster()) {
      try (QuorateClient client = client(cluster)) {
        var unused =
            Administration.of(client)
                .maintenance(cluster.address(0))
                .setLogLevel(NODE, LogLevel.DEBUG, hour());
      }
      assertThat(logger.getLevel()).isEqualTo(Level.DEBUG);
      cluster.node(0).stop();
      assertThat(logger.getLevel()).isNull();
    }
  }

  @Test
  void neitherKeysNorValuesAreInWhatIsTraced() throws Exception {
    try (RealCluster cluster = cluster();
        QuorateClient client = client(cluster)) {
      NodeMaintenance node = Administration.of(client).maintenance(cluster.address(0));
      var unused = node.setLogLevel(null, LogLevel.TRACE, hour());
      KeyValue store = client.keyValue();
      for (int i = 0; i < 20; i++) {
        store.put(KEY + i, VALUE);
        assertThat(store.get(KEY + i)).isNotNull();
      }
      store.delete(KEY + 1);
      await().until(() -> hasLine(Level.TRACE));
    }
    assertThat(appender.list)
        .allSatisfy(
            line ->
                assertThat(line.getFormattedMessage())
                    .doesNotContain(KEY, VALUE, hex(KEY), hex(VALUE)));
  }

  private static String hex(String text) {
    return java.util.HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }
}
