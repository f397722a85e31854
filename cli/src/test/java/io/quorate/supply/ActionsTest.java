package io.quorate.supply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Workflows name the actions of others by commits: a tag can be moved to other code. */
class ActionsTest {
  private static final Pattern USE = Pattern.compile("-? *uses: (?!\\./).*");

  private static final Pattern PINNED =
      Pattern.compile("-? *uses: [\\w./-]+@[0-9a-f]{40} # v[0-9]+(\\.[0-9]+){2}");

  @Test
  void actionsArePinnedByCommitsAndSayWhichReleaseThatIs() throws IOException {
    List<String> pinned = new ArrayList<>();
    List<String> others = new ArrayList<>();
    try (DirectoryStream<Path> workflows =
        Files.newDirectoryStream(Path.of("../.github/workflows"), "*.yml")) {
      for (Path workflow : workflows) {
        for (String line : Files.readAllLines(workflow)) {
          if (USE.matcher(line.strip()).matches()) {
            (PINNED.matcher(line.strip()).matches() ? pinned : others)
                .add(workflow.getFileName() + ": " + line.strip());
          }
        }
      }
    }
    assertThat(others).isEmpty();
    assertThat(pinned).isNotEmpty();
  }
}
