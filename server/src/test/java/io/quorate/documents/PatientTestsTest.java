package io.quorate.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code .ci/run} starves of CPU passes all the same (docs/testing.md#patient-tests). */
class PatientTestsTest {
  private static final Pattern PATIENT = Pattern.compile("(?m)^@Tag\\(\"patient\"\\)$");

  /** With the method, or the field, in which it is said. */
  private static final Pattern MEMBER = Pattern.compile("(?s)\\n\\n(?=  \\S)");

  /** Awaitility's {@code await()} has a bound of ten seconds, unless another one is given. */
  private static final Pattern AWAITS =
      Pattern.compile(
          "\\bawait\\(\\)"
              + "|\\b(get|await|join|orTimeout)\\(([^()]*, *)?[1-5]?\\d, *(TimeUnit\\.)?SECONDS"
              + "|@Timeout\\b|\\bassertTimeout");

  private static final Pattern NODE_OR_CLIENT =
      Pattern.compile("\\b(RealCluster|FakeCluster|QuorateNode\\.start)\\b");

  private final List<String> impatient = new ArrayList<>();
  private int patient;

  @Test
  void noneWaitsForSecondsOnly() throws IOException {
    for (Path file : Repository.files("Test.java")) {
      String source = Files.readString(file);
      if (PATIENT.matcher(source).find()) {
        patient++;
        judge(Repository.name(file), source);
      }
    }
    assertThat(patient).isGreaterThan(20);
    assertThat(impatient)
        .as("a process may get no CPU for half a minute: tag the method prompt, or not the class")
        .isEmpty();
  }

  private void judge(String file, String source) {
    Matcher uses = NODE_OR_CLIENT.matcher(source);
    if (uses.find()) {
      impatient.add(file + " uses " + uses.group());
    }
    for (String member : MEMBER.splitAsStream(source).toList()) {
      Matcher awaits = AWAITS.matcher(member);
      if (awaits.find() && !member.contains("@Tag(\"prompt\")")) {
        impatient.add(file + " has " + awaits.group() + " in: " + member.strip());
      }
    }
  }

  /** The one leaves out what the other one runs: so each test is in one of the two. */
  @Test
  void profilesHaveTheSameTests() throws IOException {
    String project = Files.readString(Repository.HOME.resolve("pom.xml")).replaceAll("\\s+", "");
    assertThat(project)
        .contains(
            "<id>other-tests</id><properties>"
                + "<excludedGroups>${test.patient}</excludedGroups></properties>",
            "<id>patient-tests</id><properties><groups>${test.patient}</groups></properties>");
    String simulation =
        Files.readString(Repository.HOME.resolve("simulation/pom.xml")).replaceAll("\\s+", "");
    assertThat(simulation)
        .contains(
            "<id>other-tests</id><properties><skipTests>true</skipTests></properties>",
            "<id>patient-tests</id><properties><groups/>");
  }
}
