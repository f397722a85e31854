package io.quorate.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each way in which a NOTICE can be wrong is told. */
class FaultsTest {
  private static final Set<String> ALLOWED = Set.of("Apache-2.0", "MIT");

  private static final Library APACHE =
      new Library("org.example:one", Set.of("Apache-2.0"), Set.of("Copyright 2020 One"));
  private static final Library MIT = new Library("org.example:two", Set.of("MIT"), Set.of());

  private static final List<String> RIGHT =
      List.of(
          "org.example:one   Apache-2.0",
          "org.example:two   MIT",
          "    Copyright 2021 Two",
          "",
          "Copyright 2020   One",
          "Licence MIT");

  @Test
  void aNoticeThatIsRightHasNone() {
    assertThat(faults(RIGHT, APACHE, MIT)).isEmpty();
  }

  @Test
  void aLibraryThatIsNotNamed() {
    assertThat(faults(without("org.example:one   Apache-2.0"), APACHE, MIT))
        .containsExactly("org.example:one is shipped and not named: add it, under [Apache-2.0]");
  }

  @Test
  void aLibraryThatIsNotShipped() {
    assertThat(faults(RIGHT, APACHE))
        .containsExactly("org.example:two is named and not shipped: take it out");
  }

  @Test
  void aLicenceThatIsNotAllowed() {
    Library copyleft = new Library("org.example:one", Set.of("GPL-3.0-only"), Set.of());
    assertThat(faults(List.of("org.example:one GPL-3.0-only"), copyleft))
        .singleElement()
        .asString()
        .startsWith("org.example:one is under GPL-3.0-only: do without it");
  }

  @Test
  void aLicenceThatIsNotTheLibrarys() {
    Library copyleft = new Library("org.example:one", Set.of("GPL-3.0-only"), Set.of());
    assertThat(faults(List.of("org.example:one Apache-2.0"), copyleft))
        .containsExactly(
            "org.example:one is named under Apache-2.0, its POM says [GPL-3.0-only]: correct it");
  }

  @Test
  void aNoticeOfALibraryThatIsNotRepeated() {
    assertThat(faults(without("Copyright 2020   One"), APACHE, MIT))
        .singleElement()
        .asString()
        .endsWith("is not repeated: Copyright 2020 One");
  }

  @Test
  void aCopyrightAndATextThatAreMissing() {
    assertThat(faults(without("    Copyright 2021 Two"), APACHE, MIT))
        .containsExactly("org.example:two wants its copyright said: put it below, indented");
    assertThat(faults(without("Licence MIT"), APACHE, MIT))
        .singleElement()
        .asString()
        .contains("wants the text of its licence");
  }

  @Test
  void licencesHaveTheNamesOfSpdx() {
    assertThat(
            Licences.spdx(
                List.of(
                    "The Apache Software License, version 2.0"
                        + " http://www.apache.org/licenses/LICENSE-2.0.txt",
                    "The BSD License https://opensource.org/licenses/BSD-3-Clause",
                    "GNU General Public License, version 2"
                        + " http://www.gnu.org/licenses/gpl-2.0.html")))
        .containsExactlyInAnyOrder(
            "Apache-2.0",
            "BSD-3-Clause",
            "GNU General Public License, version 2 http://www.gnu.org/licenses/gpl-2.0.html");
  }

  private static List<String> faults(List<String> notice, Library... shipped) {
    return Faults.of(Notice.of(notice), List.of(shipped), ALLOWED);
  }

  private static List<String> without(String line) {
    return RIGHT.stream().filter(each -> !each.equals(line)).toList();
  }
}
