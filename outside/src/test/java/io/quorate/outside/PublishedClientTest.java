package io.quorate.outside;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import io.quorate.jobs.JobScheduler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the jar of the client has besides classes. */
class PublishedClientTest {
  @Test
  void theJarHasItsLicenceAndWhatItsLibrariesDemandToBeSaid() throws Exception {
    Path home = Distribution.home();
    assertThat(home.resolve("LICENSE")).hasContent(entry("META-INF/LICENSE"));
    assertThat(home.resolve("client-shaded/NOTICE")).hasContent(entry("META-INF/NOTICE"));
  }

  /** Without it the name is made of that of the file, and changes when the file is renamed. */
  @Test
  void theJarsNameTheirModules() throws Exception {
    assertThat(module(jarOf(QuorateClient.class))).isEqualTo("io.quorate.client");
    assertThat(module(jarOf(JobScheduler.class))).isEqualTo("io.quorate.jobs");
    assertThat(module(built("client", "quorate-client-core"))).isEqualTo("io.quorate.client");
    assertThat(module(built("testkit", "quorate-testkit"))).isEqualTo("io.quorate.testkit");
  }

  @Test
  void aProgramCanTellWhichReleaseOfTheClientItHas() throws Exception {
    Path jar = jarOf(QuorateClient.class);
    String version = QuorateClient.class.getPackage().getImplementationVersion();
    assertThat(jar.getFileName()).hasToString("quorate-client-" + version + ".jar");
  }

  private static @Nullable String module(Path file) throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      return jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name");
    }
  }

  /** A jar of this tree that these tests do not depend on. */
  private static Path built(String module, String name) {
    String version = QuorateClient.class.getPackage().getImplementationVersion();
    return Distribution.tests().resolveSibling(module + "/target/" + name + "-" + version + ".jar");
  }

  private static Path jarOf(Class<?> inside) throws Exception {
    return Path.of(inside.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static String entry(String name) throws Exception {
    Path file = jarOf(QuorateClient.class);
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
