package io.quorate.cli.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Takes the native libraries out of the jars of a distribution, for an image or a package of Linux
 * on one platform: jars bring those of fifteen. What this platform needs is put into {@code native}
 * beside the jars, from where the launcher has the JVM load it.
 */
public final class Slim {
  private static final String UNPACKED = "native";

  private Slim() {}

  /**
   * Runs it.
   *
   * @param args the directory of the jars; and the platform, amd64 or arm64, if it is not this one
   */
  public static void main(String[] args) throws IOException {
    slim(
        Path.of(args[0]),
        args.length > 1
            ? Platform.named(args[1])
            : new Platform(System.getProperty("os.arch", ""), isMusl(Path.of("/lib"))));
  }

  /**
   * What an image is for.
   *
   * @param arch as the JVM names it
   * @param musl whether its C library is musl
   */
  record Platform(String arch, boolean musl) {
    /** With glibc, as packages are for. */
    static Platform named(String name) {
      return switch (name) {
        case "amd64" -> new Platform("amd64", false);
        case "arm64" -> new Platform("aarch64", false);
        default -> throw new IllegalArgumentException("no platform '" + name + "'");
      };
    }

    /**
     * Whether a native library, named as RocksDB, Netty and JLine name theirs, is for this
     * platform.
     */
    boolean needs(String library) {
      String name = library.toLowerCase(Locale.ROOT);
      if (name.contains("rocksdb")) {
        String platform = arch.equals("amd64") ? "linux64" : "linux-" + arch;
        return name.endsWith(platform + (musl ? "-musl.so" : ".so"));
      }
      if (name.endsWith("/libjlinenative.so")) { // one name, in a directory for each platform
        String platform = arch.equals("amd64") ? "x86_64" : arch.equals("aarch64") ? "arm64" : arch;
        return name.endsWith("/linux/" + platform + "/libjlinenative.so");
      }
      String platform =
          arch.equals("amd64") ? "x86_64" : arch.equals("aarch64") ? "aarch_64" : arch;
      return name.endsWith("_" + platform + ".so"); // what is not of Linux ends otherwise
    }
  }

  private static boolean isMusl(Path libraries) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(libraries, "ld-musl-*")) {
      return found.iterator().hasNext();
    }
  }

  static void slim(Path directory, Platform here) throws IOException {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(directory, "*.jar")) {
      for (Path jar : jars) {
        if (holdsLibraries(jar)) {
          rewrite(jar, directory.resolve(UNPACKED), here);
        }
      }
    }
  }

  private static boolean holdsLibraries(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return zip.stream().anyMatch(entry -> isLibrary(entry.getName()));
    }
  }

  private static boolean isLibrary(String name) {
    return name.endsWith(".so") || name.endsWith(".jnilib") || name.endsWith(".dll");
  }

  private static void rewrite(Path jar, Path unpacked, Platform here) throws IOException {
    Path next = jar.resolveSibling(jar.getFileName() + ".slim");
    try (ZipFile zip = new ZipFile(jar.toFile());
        OutputStream out = Files.newOutputStream(next);
        ZipOutputStream slim = new ZipOutputStream(out)) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        try (InputStream content = zip.getInputStream(entry)) {
          if (!isLibrary(entry.getName())) {
            ZipEntry copy = new ZipEntry(entry.getName());
            copy.setTime(entry.getTime());
            slim.putNextEntry(copy);
            long unused = content.transferTo(slim);
            slim.closeEntry();
          } else if (here.needs(entry.getName())) {
            Files.createDirectories(unpacked);
            String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
            long unused = Files.copy(content, unpacked.resolve(name));
          }
        }
      }
    }
    Path unused = Files.move(next, jar, StandardCopyOption.REPLACE_EXISTING);
  }
}
