package io.quorate.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.cli.backup.inventory.MadeBackups;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code quorate backup delete --older-than}, as it is typed. */
class OldBackupsTest {
  @TempDir private Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private MadeBackups backups;

  @BeforeEach
  void make() throws Exception {
    backups = new MadeBackups(directory);
    backups.full("a", 30);
    backups.full("b", 20);
    backups.basedOn("b", "c", 19);
    backups.full("d", 10);
    backups.full("e", 1);
  }

  private int delete(String... words) {
    out.reset();
    err.reset();
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            false);
    return new CommandLine(new DeleteBackupCommand(console, () -> MadeBackups.NOW))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              console.err().println(failure.getMessage());
              return failure instanceof CommandFailedException ours ? ours.exitCode() : -1;
            })
        .execute(words);
  }

  private int deleteOld(String... more) {
    String[] words = new String[more.length + 3];
    words[0] = "--older-than";
    words[1] = "14d";
    words[2] = directory.toString();
    System.arraycopy(more, 0, words, 3, more.length);
    return delete(words);
  }

  private List<String> out() {
    return out.toString(UTF_8).strip().lines().toList();
  }

  private String err() {
    return err.toString(UTF_8).strip();
  }

  private List<String> there() throws Exception {
    return backups.place().names();
  }

  @Test
  void whatIsOldIsDeletedAndTheRestIsTold() throws Exception {
    backups.unfinished("f");
    assertThat(deleteOld("--yes")).as(err()).isEqualTo(ExitCode.DONE);
    assertThat(out())
        .containsExactly(
            "deleted 1 backup: a",
            "kept 2 backups not older than 14d",
            "kept b: c is based on it",
            "kept c: it is one of the 3 newest that can be restored",
            "left alone f: unfinished");
    assertThat(err()).as("cron would mail it").isEmpty();
    assertThat(there()).containsExactly("b", "c", "d", "e", "f");
    assertThat(directory.resolve("a")).doesNotExist();

    assertThat(deleteOld("--yes")).as("nothing to do").isEqualTo(ExitCode.DONE);
    assertThat(out()).startsWith("nothing to delete in " + directory);
    assertThat(deleteOld()).as("nothing that --yes would be for").isEqualTo(ExitCode.DONE);

    assertThat(deleteOld("--keep", "2", "--yes")).isEqualTo(ExitCode.DONE);
    assertThat(out()).startsWith("deleted 2 backups: c, b");
    assertThat(there()).containsExactly("d", "e", "f");
  }

  @Test
  void programsAreToldTheSame() throws Exception {
    Files.createFile(directory.resolve("a").resolve("notes.txt"));
    backups.unfinished("f");
    assertThat(deleteOld("--yes", "--json")).isEqualTo(ExitCode.DONE);
    JsonNode json = new ObjectMapper().readTree(out.toString(UTF_8));
    assertThat(json.path("place").asText()).isEqualTo(directory.toString());
    assertThat(json.path("dry_run").asBoolean(true)).isFalse();
    assertThat(json.path("deleted_backups").toString()).isEqualTo("[\"a\"]");
    assertThat(json.path("directories_left").toString()).isEqualTo("[\"a\"]");
    assertThat(json.path("not_old").asInt()).isEqualTo(2);
    assertThat(json.path("kept").findValuesAsText("name")).containsExactly("b", "c");
    assertThat(json.path("kept").findValuesAsText("why"))
        .containsExactly("c is based on it", "it is one of the 3 newest that can be restored");
    assertThat(json.path("left_alone").findValuesAsText("name")).containsExactly("f");
    assertThat(err()).isEmpty();
  }

  @Test
  void directoriesWithOtherFilesAreNamed() throws Exception {
    Files.createFile(directory.resolve("a").resolve("notes.txt"));
    assertThat(deleteOld("--yes")).isEqualTo(ExitCode.DONE);
    assertThat(err())
        .isEqualTo("the directories of these were left, for other files are in them: a");
    assertThat(directory.resolve("a").resolve("notes.txt")).exists();
  }

  @Test
  void nothingIsDeletedWithoutYesNorWithDryRun() throws Exception {
    assertThat(deleteOld("--keep", "1")).isEqualTo(ExitCode.USAGE);
    assertThat(err())
        .isEqualTo(
            "nothing was changed: 3 backups would be deleted, which cannot be undone: c, a, b."
                + " Give --yes; --dry-run shows what is kept, and why");
    for (String[] words :
        List.of(new String[] {"--dry-run"}, new String[] {"--dry-run", "--yes"})) {
      assertThat(deleteOld(words)).isEqualTo(ExitCode.DONE);
      assertThat(out()).startsWith("would delete 1 backup: a", "kept 2 backups not older than 14d");
    }
    assertThat(deleteOld("--dry-run", "--json")).isEqualTo(ExitCode.DONE);
    assertThat(new ObjectMapper().readTree(out.toString(UTF_8)).path("dry_run").asBoolean())
        .isTrue();
    assertThat(there()).containsExactly("a", "b", "c", "d", "e");
  }

  /** On what it is based is not known, so it may need any of them. */
  @Test
  void nothingIsDeletedBesideABackupThatCannotBeRead() throws Exception {
    backups.ofALaterFormat("later");
    backups.unreadable("shut");
    assertThat(deleteOld("--yes")).isEqualTo(ExitCode.FAILED);
    assertThat(err())
        .startsWith(
            "nothing was changed: later, shut cannot be read, and may be based on one that would"
                + " be deleted: a.")
        .contains("--ignore-unreadable");
    assertThat(there()).contains("a");
    assertThat(deleteOld("--dry-run")).isEqualTo(ExitCode.DONE);
    assertThat(out()).startsWith("would delete 1 backup: a");
    assertThat(err())
        .startsWith("later, shut cannot be read")
        .endsWith("nothing is deleted without --ignore-unreadable");
    assertThat(deleteOld("--yes", "--keep", "5")).as("it is kept").isEqualTo(ExitCode.DONE);
    assertThat(out()).contains("left alone later: of a later release: format 9");
    assertThat(deleteOld("--yes", "--ignore-unreadable")).isEqualTo(ExitCode.DONE);
    assertThat(there()).containsExactly("b", "c", "d", "e", "later", "shut");
  }

  @Test
  void aRunThatIsRefusedSaysHowFarItCame() throws Exception {
    backups.full("a2", 29);
    try (Closeable lock = backups.at("a2").lock()) {
      assertThat(lock).isNotNull();
      assertThat(deleteOld("--yes")).isEqualTo(ExitCode.FAILED);
    }
    assertThat(err())
        .startsWith("a2 cannot be deleted, and those after it were not (deleted before: a): ")
        .contains("another run works on this backup");
    assertThat(there()).containsExactly("a2", "b", "c", "d", "e");
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() {
    String place = directory.toString();
    assertThat(delete(place, "--keep", "3", "--yes")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("are of --older-than");
    assertThat(delete(place, "--dry-run")).isEqualTo(ExitCode.USAGE);
    assertThat(deleteOld("--keep", "0", "--yes")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("--keep 0: give 1 or more");
    assertThat(deleteOld("--with-dependents", "--yes")).isEqualTo(ExitCode.USAGE);
    assertThat(delete("--older-than", "14 days", place)).isEqualTo(ExitCode.USAGE);
    assertThat(delete("--older-than", "14", place, "--yes"))
        .as("14 s are hardly meant")
        .isEqualTo(ExitCode.USAGE);
    assertThat(delete("--older-than", "1d", place + "/none", "--yes")).isEqualTo(ExitCode.FAILED);
    assertThat(err()).contains("no such directory");
    assertThat(delete("--older-than", "1d", place + "/a", "--yes")).isEqualTo(ExitCode.FAILED);
    assertThat(err()).contains("is a backup itself");
  }
}
