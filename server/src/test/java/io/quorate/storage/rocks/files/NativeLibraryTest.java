package io.quorate.storage.rocks.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.quorate.storage.StorageOpenException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * File systems from which nothing may be run. Needs to be allowed to mount one; elsewhere it is
 * left out. In processes of their own, for a library is loaded once in each.
 */
final class NativeLibraryTest {
  @TempDir private Path parent;

  private Path noexec;

  @BeforeEach
  void mount() throws Exception {
    noexec = Files.createDirectory(parent.resolve("noexec"));
    assumeThat(run("mount", "-t", "tmpfs", "-o", "noexec", "tmpfs", noexec.toString()))
        .as("may mount")
        .isZero();
  }

  @AfterEach
  void unmount() throws Exception {
    int unused = run("umount", "-l", noexec.toString());
  }

  @Test
  void oneOfTwoPlacesIsEnough() throws Exception {
    assertThat(load(noexec, parent)).isEqualTo("loaded");
    assertThat(load(parent, noexec)).isEqualTo("loaded");
    assertThat(noexec).isEmptyDirectory();
  }

  @Test
  void ifNeitherWillDoItIsSaidWhatToDo() throws Exception {
    assertThat(load(noexec, noexec))
        .contains("the library of RocksDB cannot be loaded, neither from " + noexec)
        .contains("must be on a file system that is not mounted noexec")
        .contains("-Djava.io.tmpdir in QUORATE_JAVA_OPTS");
    assertThat(noexec).isEmptyDirectory();
  }

  private static String load(Path data, Path temporary) throws Exception {
    Process loading =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Loading.class.getName(),
                data.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(loading.getInputStream().readAllBytes(), UTF_8);
    assertThat(loading.waitFor()).isZero();
    return said.strip();
  }

  private static int run(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException notThere) {
      return 127;
    }
  }

  /** The process that loads it. */
  static final class Loading {
    private Loading() {}

    public static void main(String[] args) throws IOException {
      try {
        NativeLibrary.load(Path.of(args[0]));
        System.out.println("loaded");
      } catch (StorageOpenException refused) {
        System.out.println(refused.getMessage());
      }
    }
  }
}
