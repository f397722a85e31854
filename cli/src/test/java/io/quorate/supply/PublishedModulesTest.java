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

  @Test
  void theBomHasEachModuleThatIsPublished() throws Exception {
    List<String> published = new ArrayList<>();
    for (String module : modules()) {
      String pom = pom(module);
      if (!module.equals("bom") && !pom.contains("<maven.deploy.skip>true<")) {
        published.add(all("\n  <artifactId>(.+)</artifactId>", pom).get(0));
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

  /** Maven refuses to build one module if another one is missing. */
  @Test
  void theImageIsBuiltWithAllModules() throws Exception {
    String dockerfile = Files.readString(TOP.resolve("Dockerfile"));
    List<String> ignored = Files.readAllLines(TOP.resolve(".dockerignore"));
    assertThat(all("\nCOPY ([a-z-]+) \\1(?=\n)", dockerfile)).containsAll(modules());
    assertThat(ignored).containsAll(modules().stream().map(module -> "!" + module).toList());
  }
}
