package io.quorate.supply;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.notice.Faults;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code NOTICE} names the libraries of the distribution, and is in its jar. */
class DistributionNoticeTest {
  private static final Path NOTICE = Path.of("../NOTICE");

  @Test
  void namesTheLibrariesOfTheDistributionAndTheirLicences() throws IOException {
    assertThat(Faults.ofDistribution(NOTICE, Path.of("target/runtime-class-path"))).isEmpty();
  }

  @Test
  void isInTheDistribution() {
    assertThat(Path.of("target/classes/META-INF/NOTICE")).hasSameTextualContentAs(NOTICE);
    assertThat(Path.of("target/classes/META-INF/LICENSE"))
        .hasSameTextualContentAs(Path.of("../LICENSE"));
  }
}
