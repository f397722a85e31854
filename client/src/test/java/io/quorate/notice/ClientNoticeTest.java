package io.quorate.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code client-shaded/NOTICE} names the libraries that the published client contains. */
class ClientNoticeTest {
  @Test
  void namesTheLibrariesInTheJarAndTheirLicences() throws IOException {
    assertThat(
            Faults.ofClient(
                Path.of("../client-shaded/NOTICE"),
                Path.of("target/runtime-class-path"),
                // As in client-shaded/pom.xml.
                name -> !name.startsWith("org.slf4j:") && !name.startsWith("org.jspecify:")))
        .isEmpty();
  }
}
