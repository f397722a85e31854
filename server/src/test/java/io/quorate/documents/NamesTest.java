package io.quorate.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Classes, methods, rules, mutants, scenarios and test files that documents name are there. */
@Tag("patient")
class NamesTest {
  /** As in {@code raft.Ready}, {@code Stage.Moving}, {@code Rules.toShow} or {@code Test#works}. */
  private static final Pattern TYPE =
      Pattern.compile(
          "((?:[a-z][a-z0-9]*\\.)*)([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)"
              + "((?:\\.[A-Z]\\w*)*)(?:[.#]([a-z]\\w*))?(?:\\(.*\\))?");

  private static final Pattern CONSTANT = Pattern.compile("[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+");

  private static final Pattern WORD = Pattern.compile("\\w+");

  /** What others define. */
  private static final Set<String> FOREIGN =
      Set.of(
          "CancellationException",
          "CompletableFuture",
          "IllegalArgumentException",
          "IllegalStateException",
          "NoSuchElementException",
          "NullPointerException",
          "OutOfMemoryError",
          "RestartPreventExitStatus",
          "MemoryMax",
          "LimitNOFILE",
          // values of Kubernetes
          "Always",
          "DoNotSchedule",
          "IfNotPresent",
          "Issuer",
          "Never",
          "Retain",
          "ScheduleAnyway");

  private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");

  /** Contents of files that have a type's name in theirs, or define it within. */
  private final Map<String, List<Path>> definitions = new HashMap<>();

  private final Map<Path, String> contents = new HashMap<>();
  private final Set<String> words = new HashSet<>();
  private final Set<String> alerts = new TreeSet<>();
  private final Set<String> scenarios = new HashSet<>();
  private final Set<String> textFiles = new HashSet<>();
  private final List<String> wrong = new ArrayList<>();

  NamesTest() throws IOException {
    Pattern nested =
        Pattern.compile("\\b(?:class|interface|record|enum|message|service|rpc) ([A-Z]\\w*)");
    for (Path file : Repository.files(".java", ".proto")) {
      String text = Files.readString(file);
      contents.put(file, text);
      define(file.getFileName().toString().replaceFirst("\\..*", ""), file);
      Matcher types = nested.matcher(text);
      while (types.find()) {
        define(types.group(1), file);
      }
    }
    for (Path file : Repository.files(".java", ".proto", ".yml", ".xml", ".service")) {
      Matcher found = WORD.matcher(Files.readString(file));
      while (found.find()) {
        words.add(found.group());
      }
    }
    Matcher alert = ALERT.matcher(Files.readString(Repository.HOME.resolve("config/alerts.yml")));
    while (alert.find()) {
      alerts.add(alert.group(1));
    }
    for (Path file : Repository.files(".txt")) {
      String name = file.getFileName().toString();
      textFiles.add(name);
      if (file.toString().contains("/scenarios/")) {
        scenarios.add(name.replace(".txt", ""));
      }
    }
  }

  @Test
  void typesMembersAndConstantsAreThere() throws IOException {
    int seen = 0;
    for (Markdown document : Repository.documents()) {
      for (String code : document.code()) {
        Matcher type = TYPE.matcher(code);
        boolean isType = type.matches();
        boolean isConstant = CONSTANT.matcher(code).matches();
        if (isType || isConstant) {
          seen++;
        }
        if ((isType && !FOREIGN.contains(type.group(2)) && !isDefined(type))
            || (isConstant && !words.contains(code) && !isSetting(code))
            || (code.endsWith(".txt")
                && code.matches("[\\w-]+\\.txt")
                && !textFiles.contains(code))) {
          wrong.add(Repository.name(document.file()) + ": " + code);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(200);
  }

  /** Each cell in a column of scenarios begins with a scenario's name, or with its beginning. */
  @Test
  void scenariosOfTablesAreThere() throws IOException {
    int seen = 0;
    for (Markdown document : Repository.documents()) {
      for (String cell : document.column("scenario")) {
        seen++;
        String name = cell.replaceFirst("^\\[", "").replaceFirst("[,\\] ].*", "");
        if (scenarios.stream().noneMatch(each -> each.startsWith(name))) {
          wrong.add(Repository.name(document.file()) + ": " + cell);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(20);
  }

  @Test
  void everyAlertHasARowInTheOperatorsPage() throws IOException {
    Set<String> told = Markdown.read(Repository.HOME.resolve("docs/operations/monitor.md")).code();
    assertThat(alerts).hasSizeGreaterThan(20).isSubsetOf(told);
  }

  private void define(String name, Path file) {
    definitions.computeIfAbsent(name, key -> new ArrayList<>()).add(file);
  }

  /** A file that defines the innermost type also contains the named member. */
  private boolean isDefined(Matcher type) {
    String directory = type.group(1).replace('.', '/');
    String inner = type.group(3).replaceFirst(".*\\.", "");
    String member = type.group(4);
    if (alerts.contains(type.group())) {
      return true;
    }
    return definitions.getOrDefault(type.group(2), List.of()).stream()
        .filter(file -> (file.getParent() + "/").endsWith("/" + directory) || directory.isEmpty())
        .map(contents::get)
        .anyMatch(text -> holds(text, inner) && (member == null || holds(text, member)));
  }

  private static boolean holds(String text, String word) {
    return Pattern.compile("\\b" + word + "\\b").matcher(text).find();
  }

  /** The variable of a setting or of the launcher. */
  private static boolean isSetting(String code) {
    return code.startsWith("QUORATE_") || code.startsWith("JAVA_");
  }
}
