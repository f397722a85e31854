package io.quorate.cli.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that is written under another name, by processes that are killed. */
class PartFileTest {
  @TempDir private Path directory;

  private Path whole = Path.of("");

  @BeforeEach
  void name() {
    whole = directory.resolve("x.csv");
  }

  /** As an export that is at work until it is killed. */
  static final class Working {
    private Working() {}

    public static void main(String[] file) throws IOException {
      try (PartFile part = PartFile.of(Path.of(file[0]))) {
        Writer writer = part.writer();
        writer.write("half");
        writer.flush();
        System.out.println("working");
        int unused = System.in.read();
        writer.close();
        part.commit();
      }
    }
  }

  private Process work() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Working.class.getName(),
                whole.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var said = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    assertThat(said.readLine()).isEqualTo("working");
    return process;
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  private void write(String text) throws IOException {
    try (PartFile part = PartFile.of(whole)) {
      try (Writer writer = part.writer()) {
        writer.write(text);
      }
      part.commit();
    }
  }

  @Test
  void whatAKilledProcessLeftIsRemovedByTheNextOne() throws Exception {
    Process killed = work();
    assertThat(files()).hasSize(1);
    killed.destroyForcibly().waitFor();
    assertThat(files()).hasSize(1);
    write("whole");
    assertThat(files()).containsExactly("x.csv");
    assertThat(Files.readString(whole)).isEqualTo("whole");
  }

  @Test
  void whatAnotherProcessWritesIsLeftAlone() throws Exception {
    Process other = work();
    write("mine");
    assertThat(Files.readString(whole)).isEqualTo("mine");
    assertThat(files()).as("beside the other's").hasSize(2);
    other.getOutputStream().close();
    assertThat(other.waitFor()).isZero();
    assertThat(Files.readString(whole)).isEqualTo("half");
    assertThat(files()).containsExactly("x.csv");
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  /** There are values in it, while it is written, too. */
  @Test
  void itsOwnerAloneMayReadIt() throws Exception {
    try (PartFile part = PartFile.of(whole)) {
      assertThat(permissions(directory.resolve(files().getFirst()))).isEqualTo("rw-------");
      part.commit();
    }
    assertThat(permissions(whole)).isEqualTo("rw-------");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "rw-r-----", "rw-r--r--", "r--------"})
  void thoseMayReadItWhoMayReadTheFileThatItReplaces(String before) throws Exception {
    Files.writeString(whole, "old");
    Files.setPosixFilePermissions(whole, PosixFilePermissions.fromString(before));
    UserPrincipal owner = Files.getOwner(whole);
    write("new");
    assertThat(Files.readString(whole)).isEqualTo("new");
    assertThat(permissions(whole)).isEqualTo(before);
    assertThat(Files.getOwner(whole)).isEqualTo(owner);
  }

  /** As where root runs the export: only root may give a file away. */
  @Test
  void theOwnerOfTheFileThatItReplacesHasIt() throws Exception {
    Files.writeString(whole, "old");
    Files.setPosixFilePermissions(whole, PosixFilePermissions.fromString("rw-r-----"));
    try {
      Files.setAttribute(whole, "unix:uid", 12_345);
      Files.setAttribute(whole, "unix:gid", 12_346);
    } catch (FileSystemException notRoot) {
      assumeThat(notRoot).as("run by root").isNull();
    }
    write("new");
    assertThat(Files.getAttribute(whole, "unix:uid")).isEqualTo(12_345);
    assertThat(Files.getAttribute(whole, "unix:gid")).isEqualTo(12_346);
    assertThat(permissions(whole)).isEqualTo("rw-r-----");
  }

  /** Between its last byte and its name, too. */
  @Test
  void whatThisProcessWritesIsLeftAlone() throws Exception {
    try (PartFile one = PartFile.of(whole)) {
      try (Writer writer = one.writer()) {
        writer.write("one");
      }
      write("two");
      one.commit();
    }
    assertThat(Files.readString(whole)).isEqualTo("one");
    assertThat(files()).containsExactly("x.csv");
  }

  /** Else a machine that loses power could have the name, and half of the file under it. */
  @Test
  void theFileIsOnTheDiskBeforeItHasItsNameAndTheNameIsAfterwards() throws Exception {
    List<String> done = new ArrayList<>();
    PartFile.Disk disk =
        (path, channel) -> {
          assertThat(channel.isOpen()).isTrue();
          PartFile.Disk.REAL.force(path, channel);
          String what = path.equals(directory) ? "directory" : "file of " + Files.size(path);
          done.add(what + (Files.exists(whole) ? " with the name" : " without the name"));
        };
    try (PartFile part = PartFile.of(whole, disk)) {
      try (Writer writer = part.writer()) {
        writer.write("all");
      }
      part.commit();
    }
    assertThat(done).containsExactly("file of 3 without the name", "directory with the name");
  }

  @Test
  void filesOfOtherNamesStay() throws Exception {
    List<String> others =
        List.of(
            "x.csv.0123456789ABCDEF.part",
            "x.csv.0123.part",
            "x.csv.part",
            "x.csv.y.0123456789abcdef.part",
            "y.csv.0123456789abcdef.part");
    for (String each : others) {
      Files.createFile(directory.resolve(each));
    }
    Files.createFile(directory.resolve("x.csv.0123456789abcdef.part"));
    PartFile given = PartFile.of(whole);
    assertThat(files()).hasSize(others.size() + 1).containsAll(others);
    assertThat(files()).doesNotContain("x.csv.0123456789abcdef.part");
    given.close();
    assertThat(files()).containsExactlyInAnyOrderElementsOf(others);
  }
}
