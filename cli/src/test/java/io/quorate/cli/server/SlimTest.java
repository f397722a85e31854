package io.quorate.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.server.Slim.Platform;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlimTest {
  private static final String EPOLL = "META-INF/native/libio_grpc_x_transport_native_epoll_";
  private static final List<String> LIBRARIES =
      List.of(
          "librocksdbjni-linux64.so",
          "librocksdbjni-linux64-musl.so",
          "librocksdbjni-linux32.so",
          "librocksdbjni-linux-aarch64.so",
          "librocksdbjni-linux-riscv64.so",
          "librocksdbjni-osx-arm64.jnilib",
          "librocksdbjni-win64.dll",
          EPOLL + "x86_64.so",
          EPOLL + "aarch_64.so",
          "META-INF/native/libx_osx_x86_64.jnilib",
          "org/jline/nativ/Linux/x86_64/libjlinenative.so",
          "org/jline/nativ/Linux/arm64/libjlinenative.so",
          "org/jline/nativ/FreeBSD/x86_64/libjlinenative.so");

  @TempDir private Path directory;

  private List<String> unpackedFor(Platform platform) throws Exception {
    Path jar = directory.resolve("natives.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String library : LIBRARIES) {
        write(zip, library);
      }
      write(zip, "a/B.class");
    }
    Path plain = directory.resolve("plain.jar");
    try (OutputStream out = Files.newOutputStream(plain);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      write(zip, "a/C.class");
    }
    byte[] before = Files.readAllBytes(plain);
    Slim.slim(directory, platform);
    assertThat(plain).hasBinaryContent(before);
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      assertThat(zip.stream().map(ZipEntry::getName)).containsExactly("a/B.class");
    }
    try (var files = Files.list(directory.resolve("native"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void write(ZipOutputStream zip, String name) throws Exception {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(name.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  @Test
  void onlyWhatThePlatformNeedsIsKept() throws Exception {
    assertThat(unpackedFor(new Platform("amd64", false)))
        .containsExactly(
            "libio_grpc_x_transport_native_epoll_x86_64.so",
            "libjlinenative.so",
            "librocksdbjni-linux64.so");
  }

  @Test
  void armAndMuslHaveTheirOwn() throws Exception {
    assertThat(unpackedFor(new Platform("aarch64", false)))
        .containsExactly(
            "libio_grpc_x_transport_native_epoll_aarch_64.so",
            "libjlinenative.so",
            "librocksdbjni-linux-aarch64.so");
    try (var files = Files.list(directory.resolve("native"))) {
      files.forEach(SlimTest::delete);
    }
    assertThat(unpackedFor(new Platform("amd64", true)))
        .containsExactly(
            "libio_grpc_x_transport_native_epoll_x86_64.so",
            "libjlinenative.so",
            "librocksdbjni-linux64-musl.so");
  }

  @Test
  void packagesAreForPlatformsByTheNamesOfDebian() {
    assertThat(Platform.named("amd64")).isEqualTo(new Platform("amd64", false));
    assertThat(Platform.named("arm64")).isEqualTo(new Platform("aarch64", false));
    assertThatThrownBy(() -> Platform.named("sparc")).hasMessage("no platform 'sparc'");
  }

  private static void delete(Path file) {
    assertThat(file.toFile().delete()).isTrue();
  }
}
