package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.config.NodeConfig;
import io.quorate.runtime.DirectLane;
import io.quorate.runtime.Lane;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsWatchTest {
  private static final String SETTING = "cluster.join_token_file";

  @TempDir private Path directory;

  private Runnable nextLook = () -> {};
  private final Queue<Runnable> longTasks = new ArrayDeque<>();

  private final Lane lane =
      new DirectLane(
          (delayNanos, task) -> {
            nextLook = task;
            return () -> {};
          });

  private Path token() throws Exception {
    Path token = Files.writeString(directory.resolve("token"), "01234567." + "89abcdef".repeat(4));
    permit(token, "rw----r--");
    return token;
  }

  private SecretsWatch watch(Path token) throws Exception {
    return new SecretsWatch(
        NodeConfig.of(
            Map.of(
                "node.data_dir",
                directory.resolve("data").toString(),
                "http.listen",
                "off",
                SETTING,
                token.toString())));
  }

  private static void permit(Path file, String mode) throws Exception {
    Path unused = Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  /** Nor does who asks: the mount of a file may hang. */
  @Test
  void theLaneLooksAtNoFile() throws Exception {
    Path token = token();
    SecretsWatch watch = watch(token);
    assertThat(watch.open()).containsExactly(SETTING);
    watch.start(lane, longTasks::add);
    permit(token, "rw-------");
    nextLook.run();
    assertThat(watch.open()).containsExactly(SETTING);
    longTasks.remove().run();
    assertThat(watch.open()).isEmpty();
    permit(token, "rw----r--");
    nextLook.run();
    longTasks.remove().run();
    assertThat(watch.open()).as("it goes on looking").containsExactly(SETTING);
  }

  @Test
  void itLooksLaterIfThereIsMuchToDo() throws Exception {
    Path token = token();
    SecretsWatch watch = watch(token);
    boolean[] busy = {true};
    watch.start(
        lane,
        task -> {
          if (busy[0]) {
            throw new RejectedExecutionException("busy");
          }
          task.run();
        });
    permit(token, "rw-------");
    nextLook.run();
    assertThat(watch.open()).containsExactly(SETTING);
    busy[0] = false;
    nextLook.run();
    assertThat(watch.open()).isEmpty();
  }
}
