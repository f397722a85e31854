package io.quorate.supply;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is published of the modules, and what the BOM and the image's build know of them. */
class PublishedModulesTest {
  private static final Path TOP = Path.of("..");

  private static List<String> all(String pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  private static String pom(String module) throws Exception {
    return Files.readString(TOP.resolve(module).resolve("pom.xml"));
  }

  private static List<String> modules() throws Exception {
    return all("<module>(.+)</module>", pom("."));
  }

  private static List<String> published() throws Exception {
    List<String> published = new ArrayList<>();
    for (String module : modules()) {
      if (!pom(module).contains("<maven.deploy.skip>true<")) {
        published.add(module);
      }
    }
    return published;
  }

  @Test
  void theBomHasEachModuleThatIsPublished() throws Exception {
    List<String> published = new ArrayList<>();
    for (String module : published()) {
      if (!module.equals("bom")) {
        published.add(all("\n  <artifactId>(.+)</artifactId>", pom(module)).get(0));
      }
    }
    assertThat(published).contains("quorate-client", "quorate-testkit");
    assertThat(all("<artifactId>(quorate-.+?)</artifactId><version>", pom("bom")))
        .containsExactlyInAnyOrderElementsOf(published);
  }

  /** It has no parent, from which the others have theirs. */
  @Test
  void theBomHasTheVersionOfTheOthers() throws Exception {
    assertThat(all("\n  <version>(.+)</version>", pom("bom")))
        .isEqualTo(all("\n  <version>(.+)</version>", pom(".")));
  }

  /** As Maven Central asks for; what is said once in the parent, its modules inherit. */
  @Test
  void whatIsPublishedSaysWhatItIsAndWhereItComesFrom() throws Exception {
    for (String module : published()) {
      assertThat(all("\n  <(name|description)>.+<", pom(module)))
          .as(module)
          .containsExactly("name", "description");
    }
    List<String> alone = List.of(".", "bom");
    for (String module : alone) {
      String pom = pom(module);
      assertThat(pom)
          .contains("\n  <url>${quorate.address}</url>\n", "<email>${quorate.email}</email>")
          .contains("<connection>scm:git:${quorate.address}.git</connection>")
          .contains("<developerConnection>scm:git:${quorate.address}.git</developerConnection>")
          .contains("<url>https://www.apache.org/licenses/LICENSE-2.0.txt</url>");
      assertThat(all("<quorate.(address|email)>", pom)).containsExactly("address", "email");
    }
    assertThat(all("<quorate.(?:address|email)>(.+)<", pom("bom")))
        .isEqualTo(all("<quorate.(?:address|email)>(.+)<", pom(".")));
    // Else Maven would append the name of the module to each address.
    assertThat(pom("."))
        .contains("child.project.url.inherit.append.path=\"false\"")
        .contains("child.scm.url.inherit.append.path=\"false\"")
        .contains("child.scm.connection.inherit.append.path=\"false\"")
        .contains("child.scm.developerConnection.inherit.append.path=\"false\"");
  }

  /** {@code .ci/version} writes it there. */
  @Test
  void theComposeFileAndThePagesNameTheImageByTheVersion() throws Exception {
    String version = all("\n  <version>(.+)</version>", pom(".")).get(0);
    String compose = Files.readString(TOP.resolve("docker-compose.yml"));
    assertThat(compose)
        .contains(
            "image: &image ${QUORATE_IMAGE:-quorate:" + version + "}\n",
            "VERSION: " + version + "\n");
    assertThat(all("quorate:(\\d[^}\\s]*)", compose)).containsOnly(version);
    String kubernetes = Files.readString(TOP.resolve("docs/operations/kubernetes.md"));
    assertThat(all("[ /]quorate:(\\d[^`\\s]*)", kubernetes)).isNotEmpty().containsOnly(version);
    assertThat(
            all("[:>](\\d\\.[^<\"]*)[<\"]", Files.readString(TOP.resolve("docs/client/guide.md"))))
        .as("of the BOM")
        .isNotEmpty()
        .containsOnly(version);
    // The files of a release are those of the one that comes.
    String release = version.replace("-SNAPSHOT", "");
    assertThat(all("quorate-chart-(.*?)\\.tgz", kubernetes)).isNotEmpty().containsOnly(release);
    for (String page : List.of("install.md", "libraries.md")) {
      String text = Files.readString(TOP.resolve("docs/operations").resolve(page));
      assertThat(all("quorate(?:-[a-z]+)*[-_:](\\d+\\.\\d+\\.\\d+)", text))
          .as(page)
          .isNotEmpty()
          .containsOnly(release);
      assertThat(text).as(page).doesNotContain("-SNAPSHOT");
    }
  }

  /** Maven refuses to build one module if another one is missing. */
  @Test
  void theImageIsBuiltWithAllModules() throws Exception {
    String dockerfile = Files.readString(TOP.resolve("Dockerfile"));
    List<String> ignored = Files.readAllLines(TOP.resolve(".dockerignore"));
    assertThat(all("\nCOPY ([a-z-]+) \\1(?=\n)", dockerfile)).containsAll(modules());
    assertThat(ignored).containsAll(modules().stream().map(module -> "!" + module).toList());
  }
}
