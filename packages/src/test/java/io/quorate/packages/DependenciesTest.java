package io.quorate.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.packager.rpm.RpmTag;
import org.eclipse.packager.rpm.parse.RpmInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the packages of Java that systems have are what our packages ask for. */
class DependenciesTest {
  private static final int OF_NO_VERSION = 0;

  /** What packages with a Java provide, with the version, as their spec files say it. */
  private static final Map<String, Map<String, Integer>> RPM =
      Map.of(
          "java-21-openjdk-headless of Red Hat Enterprise Linux 8 and 9, which have an older"
              + " default",
          Map.of("java-21-openjdk-headless", 21, "java-21-headless", 21, "jre-21-headless", 21),
          "java-21-openjdk-headless where it is the default, as in Red Hat Enterprise Linux 10",
          Map.of("java-headless", 21, "java-21-headless", 21, "jre-21-headless", 21),
          "java-25-openjdk-headless beside another default",
          Map.of("java-25-openjdk-headless", 25, "java-25-headless", 25, "jre-25-headless", 25),
          "a later default of Fedora",
          Map.of("java-headless", 27, "java-27-headless", 27, "jre-27-headless", 27),
          "temurin-21-jre",
          Map.of("jre-headless", OF_NO_VERSION, "jre-21-headless", OF_NO_VERSION),
          "temurin-25-jre",
          Map.of("jre-headless", OF_NO_VERSION, "jre-25-headless", OF_NO_VERSION),
          "temurin-21-jdk",
          Map.of("java-sdk", OF_NO_VERSION, "java-21-headless", OF_NO_VERSION));

  private static final Map<String, Integer> RPM_OF_17 =
      Map.of("java-headless", 17, "java-17-headless", 17, "jre-17-headless", 17);

  private static final Map<String, Set<String>> DEBIAN =
      Map.of(
          "Debian 13, Ubuntu 24.04",
          Set.of("openjdk-21-jre-headless", "java21-runtime-headless"),
          "a system with 25 alone",
          Set.of("openjdk-25-jre-headless", "java25-runtime-headless"),
          "temurin-21-jre",
          Set.of("temurin-21-jre", "java-runtime-headless", "java21-runtime-headless"),
          "temurin-25-jre",
          Set.of("temurin-25-jre", "java-runtime-headless"),
          "temurin-21-jdk",
          Set.of("temurin-21-jdk", "java-runtime-headless", "java21-runtime-headless"));

  private static final Set<String> DEBIAN_OF_17 =
      Set.of("openjdk-17-jre-headless", "java-runtime-headless", "java17-runtime-headless");

  @TempDir private Path directory;

  private List<Item> items() throws Exception {
    return Layout.of(Made.distribution(directory.resolve("distribution")), Made.RELEASE);
  }

  @Test
  void theRpmTakesTheJavaOfEachSystem() throws Exception {
    List<String> required;
    try (RpmInputStream rpm =
        new RpmInputStream(
            Files.newInputStream(RpmPackage.write(items(), Made.RELEASE, directory)))) {
      required = Made.strings(rpm, RpmTag.REQUIRE_NAME);
    }
    List<String> java =
        required.stream().filter(each -> each.contains("java") || each.contains("jre")).toList();
    assertThat(java).hasSize(1);
    assertThat(required)
        .as("or RPM does not know what an 'or' is")
        .contains("rpmlib(RichDependencies)");
    RPM.forEach(
        (system, provided) -> assertThat(isMet(java.getFirst(), provided)).as(system).isTrue());
    assertThat(isMet(java.getFirst(), RPM_OF_17)).isFalse();
  }

  /** Reads {@code (a or b >= 1:21 or c)}. */
  private static boolean isMet(String required, Map<String, Integer> provided) {
    assertThat(required).startsWith("(").endsWith(")");
    return Stream.of(required.substring(1, required.length() - 1).split(" or "))
        .map(each -> each.split(" >= 1:"))
        .anyMatch(
            each ->
                provided.containsKey(each[0])
                    && (each.length == 1 || provided.get(each[0]) >= Integer.parseInt(each[1])));
  }

  @Test
  void theDebianPackageTakesTheJavaOfEachSystem() throws Exception {
    String control =
        Made.debianControl(DebianPackage.write(items(), Made.RELEASE, directory), "control");
    Set<String> java =
        control
            .lines()
            .filter(line -> line.startsWith("Depends: "))
            .flatMap(line -> Stream.of(line.substring("Depends: ".length()).split(", ")))
            .filter(each -> each.contains("jre"))
            .flatMap(each -> Stream.of(each.split(" \\| ")))
            .collect(Collectors.toSet());
    DEBIAN.forEach(
        (system, provided) -> assertThat(java).as(system).containsAnyElementsOf(provided));
    assertThat(java).doesNotContainAnyElementsOf(DEBIAN_OF_17);
  }
}
