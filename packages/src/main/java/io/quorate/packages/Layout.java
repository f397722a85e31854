package io.quorate.packages;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * What a package puts where. The distribution is at {@value #HOME} as it is, but for its native
 * libraries: what differs by processor belongs below {@code /usr/lib} (Filesystem Hierarchy
 * Standard 3.0, 4.6). Nothing is in the directory of the data, which no package may ever remove.
 */
final class Layout {
  static final String HOME = "/usr/share/quorate";
  static final String NATIVE = "/usr/lib/quorate";
  static final String CONFIGURATION = "/etc/quorate/quorate.yml";
  static final String UNITS = "/usr/lib/systemd/system";
  private static final String DOCUMENTS = "/usr/share/doc/quorate";
  private static final String ZSH = "zsh/site-functions";
  private static final String UNPACKED = "/opt/quorate";
  private static final List<String> OWN = List.of(HOME, NATIVE, DOCUMENTS, "/etc/quorate");

  private final Path distribution;
  private final Release release;
  private final List<Item> items = new ArrayList<>();

  /** What pages find through the link {@code config} beside them. */
  private final List<String> configuration = new ArrayList<>();

  private Layout(Path distribution, Release release) {
    this.distribution = distribution;
    this.release = release;
  }

  /**
   * Returns what a package contains.
   *
   * @param distribution a directory with {@code bin}, {@code lib}, {@code config} and so on, with
   *     the native libraries of one platform in {@code lib/native}
   */
  static List<Item> of(Path distribution, Release release) throws IOException {
    Layout layout = new Layout(distribution, release);
    layout.programs();
    layout.configuration();
    layout.documents();
    return Stream.concat(layout.directories(), layout.items.stream()).toList();
  }

  /** Those that are of this package alone, so that removing it removes them. */
  private Stream<Item> directories() {
    SortedSet<String> found = new TreeSet<>();
    for (Item item : items) {
      String path = item.path();
      for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
        String directory = path.substring(0, end);
        if (OWN.stream().anyMatch(own -> (directory + "/").startsWith(own + "/"))) {
          found.add(directory);
        }
      }
    }
    return found.stream().map(Item.Directory::new);
  }

  private void programs() throws IOException {
    for (Path each : below("bin")) {
      file(HOME + "/bin/" + each, read("bin/" + each), 0755);
    }
    for (Path each : below("lib")) {
      String name = each.toString();
      if (name.startsWith("native/")) {
        file(NATIVE + name.substring("native".length()), read("lib/" + name), 0644);
      } else {
        file(HOME + "/lib/" + name, read("lib/" + name), 0644);
      }
    }
    items.add(new Item.Link(HOME + "/lib/native", "../../../lib/quorate"));
    items.add(new Item.Link("/usr/bin/quorate", "../share/quorate/bin/quorate"));
    if (Files.isDirectory(distribution.resolve("share"))) {
      for (Path each : below("share")) {
        boolean page = each.startsWith("man");
        byte[] content = read("share/" + each);
        file("/usr/share/" + each + (page ? ".gz" : ""), page ? zipped(content) : content, 0644);
        if (each.startsWith(ZSH)) { // zsh of Debian looks elsewhere than that of others
          items.add(
              new Item.Link(
                  "/usr/share/zsh/vendor-completions/" + each.getFileName(),
                  "../site-functions/" + each.getFileName()));
        }
      }
    }
  }

  private void configuration() throws IOException {
    for (Path each : below("config")) {
      byte[] content = read("config/" + each);
      if (each.toString().endsWith(".service")) { // is for where it is unpacked by hand
        file(UNITS + "/" + each, bytes(unit(new String(content, StandardCharsets.UTF_8))), 0644);
      } else {
        file(HOME + "/config/" + each, content, 0644);
        configuration.add("config/" + each);
      }
    }
    items.add(new Item.Plain(CONFIGURATION, bytes(Resources.text("quorate.yml")), 0644, true));
  }

  /** A unit of the distribution, without what it says before its first section. */
  static String unit(String ofDistribution) throws IOException {
    Pattern command = Pattern.compile("(?m)^(ExecStart=-?)" + UNPACKED + "(/bin/quorate )");
    if (!command.matcher(ofDistribution).find()) {
      throw new IOException("the unit does not start " + UNPACKED + "/bin/quorate");
    }
    return command
        .matcher(ofDistribution.substring(ofDistribution.indexOf("[Unit]")))
        .replaceAll("$1/usr$2");
  }

  private void documents() throws IOException {
    file(DOCUMENTS + "/copyright", bytes(Resources.text("copyright")), 0644);
    file(DOCUMENTS + "/NOTICE.gz", zipped(read("NOTICE")), 0644);
    file(DOCUMENTS + "/changelog.gz", zipped(read("CHANGELOG.md")), 0644);
    file(DOCUMENTS + "/changelog.Debian.gz", zipped(bytes(release.debianChangelog())), 0644);
    items.add(new Item.Link(DOCUMENTS + "/config", "../../quorate/config"));
    // Beside each other as in the distribution: they link to each other.
    List<String> pages =
        Stream.concat(Documents.PAGES.stream(), below("docs").stream().map(each -> "docs/" + each))
            .toList();
    for (String each : pages) {
      byte[] content = read(each);
      file(
          DOCUMENTS + "/" + each,
          each.endsWith(".md") ? page(each, content, pages) : content,
          0644);
    }
  }

  /** The distribution has some files that a package has elsewhere, such as the changelog. */
  private byte[] page(String name, byte[] content, List<String> pages) {
    CopiedPage page =
        new CopiedPage(name, path -> holds(pages, path) || holds(configuration, path));
    return bytes(page.text(new String(content, StandardCharsets.UTF_8)));
  }

  /** Whether a file or a directory is among these files. */
  private static boolean holds(List<String> files, String path) {
    return files.stream().anyMatch(file -> (file + "/").startsWith(path + "/"));
  }

  private void file(String path, byte[] content, int mode) {
    items.add(new Item.Plain(path, content, mode, false));
  }

  /** In an order that does not depend on the file system. */
  private List<Path> below(String directory) throws IOException {
    Path top = distribution.resolve(directory);
    try (Stream<Path> files = Files.walk(top)) {
      return files.filter(Files::isRegularFile).map(top::relativize).sorted().toList();
    }
  }

  private byte[] read(String file) throws IOException {
    return Files.readAllBytes(distribution.resolve(file));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] zipped(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream zip = new Smallest(out)) {
      zip.write(content);
    }
    byte[] zipped = out.toByteArray();
    zipped[8] = 2; // compressed as far as possible, says RFC 1952, 2.3.1; the JDK leaves it open
    return zipped;
  }

  /** As {@code gzip -9n}, which Debian asks for: without a name and a time. */
  private static final class Smallest extends GZIPOutputStream {
    private Smallest(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
