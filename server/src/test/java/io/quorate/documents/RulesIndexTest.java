package io.quorate.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The index of rules and the code agree: what decides a rule, what leaves it out and the mutant
 * that lacks it all cite the section of the design that has the rule.
 */
class RulesIndexTest {
  private static final Path DESIGN = Repository.HOME.resolve("docs/design");

  private static final Pattern RULE =
      Pattern.compile("\\[[^\\]]+\\]\\(([\\w-]+\\.md#[\\w-]+)\\).*");
  private static final Pattern SCENARIO = Pattern.compile("f(\\d\\d)-[\\w-]+\\.txt");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private final List<String> wrong = new ArrayList<>();
  private final List<Path> sources = Repository.files(".java");
  private int seen;

  RulesIndexTest() throws IOException {}

  @Test
  void codeTwinsAndMutantsCiteTheRuleThatTheyAreAbout() throws IOException {
    Markdown index = Markdown.read(DESIGN.resolve("README.md"));
    List<String> rules = index.column("rule");
    List<String> decided = index.column("decided in");
    List<String> leftOut = index.column("left out");
    List<String> mutants = index.column("mutant");
    for (int row = 0; row < rules.size(); row++) {
      Matcher rule = RULE.matcher(rules.get(row));
      assertThat(rule.matches()).as(rules.get(row)).isTrue();
      String citation = "docs/design/" + rule.group(1);
      for (String code : codes(decided.get(row))) {
        boolean member = code.matches(".*\\.[a-z]\\w*");
        String type = member ? code.substring(0, code.lastIndexOf('.')) : code;
        String name = member ? code.substring(code.lastIndexOf('.') + 1) : "";
        check(code, citation, type, member ? "\\b" + name + "\\(" : null);
      }
      for (String code : codes(leftOut.get(row))) {
        check(code, citation, "sim.program.LeftOut", "\\b" + code + "\\b");
      }
      for (String code : codes(mutants.get(row))) {
        if (code.contains("_")) {
          String type =
              text("sim.scenario.ScenarioMutant").contains(" " + code + "(")
                  ? "sim.scenario.ScenarioMutant"
                  : "sim.mutant.Mutant";
          check(code, citation, type, "\\b" + code + "[ (]");
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(60);
  }

  /** Scenarios named after a rule say so in their text, and the rule's section links to them. */
  @Test
  void scenariosOfRulesNameThemAndAreLinked() throws IOException {
    Set<String> linked = new HashSet<>();
    for (Markdown document : Repository.documents()) {
      if (document.file().startsWith(DESIGN)) {
        document.links().forEach(link -> linked.add(link.replaceFirst(".*/", "")));
      }
    }
    for (Path file : Repository.files(".txt")) {
      Matcher name = SCENARIO.matcher(file.getFileName().toString());
      if (name.matches()) {
        seen++;
        String rule = "F" + Integer.parseInt(name.group(1));
        if (!Files.readString(file).contains("# " + rule)) {
          wrong.add(name.group() + " does not name " + rule);
        }
        if (!linked.contains(name.group())) {
          wrong.add("no page of the design links to " + name.group());
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(20);
  }

  private static List<String> codes(String cell) {
    return CODE.matcher(cell).results().map(found -> found.group(1)).toList();
  }

  /**
   * @param declaration where the comment ends that must cite; null: anywhere in the file
   */
  private void check(String code, String citation, String type, @Nullable String declaration)
      throws IOException {
    seen++;
    // Comments are wrapped, never within a citation.
    String text = text(type);
    if (declaration == null) {
      if (!cites(text, citation)) {
        wrong.add(code + " does not cite " + citation);
      }
      return;
    }
    Matcher documented =
        Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s*[^;{}/]*?" + declaration, Pattern.DOTALL)
            .matcher(text);
    if (!documented.find() || !cites(documented.group(1), citation)) {
      wrong.add(code + " does not cite " + citation);
    }
  }

  private static boolean cites(String text, String citation) {
    return Pattern.compile(Pattern.quote(citation) + "(?![\\w-])").matcher(text).find();
  }

  /** The file of a type, found by the last parts of its package. */
  private String text(String type) throws IOException {
    String end = "/" + type.replace('.', '/') + ".java";
    List<Path> found = sources.stream().filter(each -> each.toString().endsWith(end)).toList();
    assertThat(found).as(type).hasSize(1);
    return Files.readString(found.getFirst());
  }
}
