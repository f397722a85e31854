package io.quorate.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents of this repository, as a distribution and the packages have them. */
class DocumentsTest {
  private static final Path SOURCES = Path.of("..");
  private static final Pattern LINK =
      Pattern.compile("(?:\\]\\(|(?:src|href)=\")([^)\\s\"]+)[)\"]");

  @TempDir private Path directory;
  private Path distribution;

  @BeforeEach
  void makeADistribution() throws IOException {
    distribution = Made.distributionWithoutDocuments(directory.resolve("distribution"));
    for (Path each : files(SOURCES.resolve("config"))) {
      Path to = distribution.resolve("config").resolve(each);
      Files.createDirectories(to.getParent());
      Files.write(to, Files.readAllBytes(SOURCES.resolve("config").resolve(each)));
    }
    Documents.copy(SOURCES, distribution);
  }

  @Test
  void linksOfTheDistributionLeadToWhatIsInIt() throws IOException {
    Map<String, String> pages = new TreeMap<>();
    for (Path each : files(distribution)) {
      if (each.toString().endsWith(".md")) {
        pages.put(each.toString(), Files.readString(distribution.resolve(each)));
      }
    }
    assertThat(pages).containsKeys("README.md", "CHANGELOG.md", "docs/operations/backup.md");
    assertLinksLead(pages, path -> Files.exists(distribution.resolve(path)));
  }

  @Test
  void linksOfPackagesLeadToWhatIsInThem() throws IOException {
    List<Item> items = Layout.of(distribution, Made.RELEASE);
    String top = "/usr/share/doc/quorate/";
    Map<String, String> pages = new TreeMap<>();
    for (Item each : items) {
      if (each instanceof Item.Plain file && file.path().endsWith(".md")) {
        pages.put(
            file.path().substring(top.length()),
            new String(file.content(), StandardCharsets.UTF_8));
      }
    }
    assertThat(pages).containsKeys("README.md", "docs/operations/backup.md");
    assertLinksLead(
        pages,
        path ->
            items.stream()
                .map(Item::path)
                .anyMatch(
                    item ->
                        item.equals(top + path)
                            || (path.startsWith("config/")
                                && item.equals("/usr/share/quorate/" + path))));
  }

  /** What the sources link to within the distribution, the distribution links to. */
  @Test
  void noLinkBetweenPagesIsLost() throws IOException {
    int seen = 0;
    for (Path page : files(distribution)) {
      if (page.toString().endsWith(".md")) {
        List<String> expected = new ArrayList<>();
        for (String link : links(Files.readString(SOURCES.resolve(page)))) {
          if (isLocal(link) && Files.exists(distribution.resolve(target(page.toString(), link)))) {
            expected.add(link);
          }
        }
        seen += expected.size();
        assertThat(links(Files.readString(distribution.resolve(page)))).containsAll(expected);
      }
    }
    assertThat(seen).isGreaterThan(500);
  }

  /** It has neither sources nor Maven, and a Java without a compiler is enough for it. */
  @Test
  void noPageBeginsWithABuildOfWhatIsThere() throws IOException {
    for (String page : List.of("README.md", "docs/start.md")) {
      assertThat(Files.readString(SOURCES.resolve(page))).contains("builds on first use", "JDK");
      assertThat(Files.readString(distribution.resolve(page)))
          .doesNotContain(
              "builds on first use",
              "mvnw",
              "mvn -DskipTests",
              "JDK",
              "builds the image",
              "you build them")
          .contains("You need a Java 21 or newer", "prints `ready`", "install.md#image");
    }
  }

  /** By its own lines and what lies beside it, with the image of the release. */
  @Test
  void theComposeFileOfTheDistributionNeedsNoSources() throws IOException {
    String sources = Files.readString(SOURCES.resolve("docker-compose.yml"));
    String text = Files.readString(distribution.resolve("docker-compose.yml"));
    assertThat(sources).contains("build:", "context: .", "DISTRIBUTION");
    assertThat(text.replaceAll("(?m)^ *#.*$", ""))
        .doesNotContain("build:", "context:", "DISTRIBUTION", "BASE_IMAGE");
    assertThat(text).doesNotContain("--build").contains("docs/operations/install.md#image");
    assertThat(distribution.resolve("docs/operations/install.md"))
        .content()
        .contains("<a id=\"image\"></a>");
    List<String> mounted = new ArrayList<>();
    Matcher mounts = Pattern.compile("(?m)^ +- (\\./[^:]+):").matcher(text);
    while (mounts.find()) {
      mounted.add(mounts.group(1));
    }
    assertThat(mounted)
        .hasSizeGreaterThan(5)
        .allMatch(path -> Files.exists(distribution.resolve(path)));
    assertThat(text.lines().filter(line -> !sources.contains(line)))
        .as("all else is that of the sources")
        .hasSize(3);
    String version =
        Pattern.compile("(?m)^  <version>(.*)</version>$")
            .matcher(Files.readString(SOURCES.resolve("pom.xml")))
            .results()
            .findFirst()
            .orElseThrow()
            .group(1);
    assertThat(text).contains("image: &image ${QUORATE_IMAGE:-quorate:" + version + "}");
  }

  @Test
  void releasesHaveTheDocumentsThatAreCopiedHere() throws IOException {
    assertThat(SOURCES.resolve(".ci/release"))
        .content()
        .contains("io.quorate.packages.Documents \"$src\" \"$dist\"\n");
  }

  private static void assertLinksLead(Map<String, String> pages, Predicate<String> there) {
    List<String> wrong = new ArrayList<>();
    pages.forEach(
        (page, text) -> {
          for (String link : links(text)) {
            if (isLocal(link) && !there.test(target(page, link))) {
              wrong.add(page + ": " + link);
            }
          }
        });
    assertThat(wrong).isEmpty();
  }

  private static boolean isLocal(String link) {
    return !link.contains("://") && !link.startsWith("mailto:");
  }

  private static String target(String page, String link) {
    String file = link.replaceFirst("#.*", "");
    return file.isEmpty() ? page : Path.of(page).resolveSibling(file).normalize().toString();
  }

  private static List<String> links(String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = LINK.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  private static List<Path> files(Path top) throws IOException {
    try (Stream<Path> files = Files.walk(top)) {
      return files.filter(Files::isRegularFile).map(top::relativize).sorted().toList();
    }
  }
}
