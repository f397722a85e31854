package io.quorate.outside;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What the jar of the client has besides classes. */
class PublishedClientTest {
  @Test
  void theJarHasItsLicenceAndWhatItsLibrariesDemandToBeSaid() throws Exception {
    Path home = Distribution.home();
    assertThat(home.resolve("LICENSE")).hasContent(entry("META-INF/LICENSE"));
    assertThat(home.resolve("client-shaded/NOTICE")).hasContent(entry("META-INF/NOTICE"));
  }

  private static String entry(String name) throws Exception {
    Path file =
        Path.of(QuorateClient.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JarFile jar = new JarFile(file.toFile())) {
      ZipEntry entry = jar.getEntry(name);
      if (entry == null) {
        throw new IOException(file + " has no " + name);
      }
      try (InputStream in = jar.getInputStream(entry)) {
        return new String(in.readAllBytes(), UTF_8);
      }
    }
  }
}
