package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The list of meters in the docs is what the declarations say. {@code
 * -Dquorate.metrics.rewrite=true} writes the page again; look at its difference before you commit
 * it.
 */
class MetricsPageTest {
  private static final String REWRITE =
      "mvn -pl server -am test -Dtest=MetricsPageTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dquorate.metrics.rewrite=true";

  @Test
  void thePageIsCurrent() throws IOException {
    Path page = Repository.file("docs/operations/metrics.md");
    try (AllMeters all = AllMeters.ofNode()) {
      String generated =
          MetricsPage.of(
              all.meters().declared(), Files.readString(Repository.file("config/alerts.yml")));
      if (Boolean.getBoolean("quorate.metrics.rewrite")) {
        Files.writeString(page, generated);
      }
      assertThat(Files.readString(page))
          .as("the page is not what the declarations say; write it again: %s", REWRITE)
          .isEqualTo(generated);
    }
  }
}
