package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.GetResult;
import io.quorate.client.KeyValue;
import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.Session;
import io.quorate.client.UnavailableException;
import io.quorate.client.Version;
import io.quorate.client.WriteOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Sessions at level ONE over real nodes, of which one after the other is killed; with {@code
 * -Dquorate.brief=true} only the first.
 */
class SessionsTest {
  private static final int KEYS = 100;
  private static final int UNAVAILABLE = 3;
  private static final ReadOptions READ = ReadOptions.DEFAULT.level(Level.ONE);
  private static final WriteOptions WRITE = WriteOptions.DEFAULT.level(Level.ONE);

  private final Map<String, String> written = new HashMap<>();

  @Test
  void sessionAtOneSeesItsWritesWhileNodesDie() {
    try (Nodes nodes = Nodes.threeOnLoopback().start();
        QuorateClient client = nodes.client();
        QuorateClient other = nodes.client()) {
      Session session = client.session();
      int killed = 0;
      for (Node node : Disturbance.disturbed(nodes)) {
        write(session.keyValue(), "before " + killed);
        node.kill();
        readBack(session.keyValue());
        write(session.keyValue(), "without " + killed);
        readBack(session.keyValue());
        node.start();
        nodes.awaitReady();
        // What the node missed it gets by and by; until then it is passed over.
        readBack(session.keyValue());
        Session resumed = other.session(session.token());
        readBack(resumed.keyValue());
        write(resumed.keyValue(), "resumed " + killed);
        session.merge(resumed.token());
        readBack(session.keyValue());
        killed++;
      }
      assertThat(session.token()).matches("[A-Za-z0-9_-]+").hasSizeLessThan(4000);
    }
  }

  private void write(KeyValue store, String value) {
    Version last = null;
    for (int i = 0; i < KEYS; i++) {
      Version version = store.put("sessions:" + i, value, WRITE).version();
      if (last != null) {
        assertThat(version.hlc()).isGreaterThan(last.hlc());
      }
      last = version;
      written.put("sessions:" + i, value);
    }
  }

  private void readBack(KeyValue store) {
    written.forEach(
        (key, value) -> {
          GetResult read = store.get(key, READ);
          assertThat(read.found()).as(key).isTrue();
          assertThat(read.text()).as(key).isEqualTo(value);
        });
  }

  @Test
  void versionThatNoNodeHasIsUnavailableInTime() {
    try (Nodes nodes = Nodes.threeOnLoopback().start();
        QuorateClient client = nodes.client()) {
      KeyValue store = client.keyValue();
      Version version = store.put("sessions:min", "v", WRITE).version();
      assertThat(store.get("sessions:min", READ.minVersion(version)).text()).isEqualTo("v");
      CommandLine commands = nodes.commandLine();
      assertThat(commands.quorate("get", "sessions:min", "--min-version", version.toString()))
          .satisfies(got -> assertThat(got.code()).as("%s", got).isZero());

      Version never = Version.of(0, version.hlc() + (1 << 20), version.node(), version.boot());
      long begun = System.nanoTime();
      assertThatThrownBy(
              () ->
                  store.get("sessions:min", READ.minVersion(never).timeout(Duration.ofSeconds(2))))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("asks for version " + never);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
      CommandLine.Result lacking =
          commands.quorate(
              "get", "sessions:min", "--min-version", never.toString(), "--timeout", "2s");
      assertThat(lacking.code()).as("%s", lacking).isEqualTo(UNAVAILABLE);
      assertThat(lacking.errText()).contains("asks for version");
    }
  }
}
