package io.quorate.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class CopiedPageTest {
  private static String copied(String text) {
    return new CopiedPage(
            "docs/operations/backup.md",
            Set.of("docs/operations/backup.md", "docs/start.md", "README.md", "config")::contains)
        .text(text);
  }

  @Test
  void linksToWhatIsInTheCopyStay() {
    String text =
        """
        [start](../start.md), [a section](../start.md#a-shell), [here](#exact), [all](../../README.md),
        [what is configured](../../config), [over
        two lines](../start.md)
        """;
    assertThat(copied(text)).isEqualTo(text);
  }

  @Test
  void linksIntoTheNetworkStay() {
    String text =
        "[RFC 1952](https://www.rfc-editor.org/rfc/rfc1952), [us](mailto:us@store.example)";
    assertThat(copied(text)).isEqualTo(text);
  }

  @Test
  void testsAreNamedAsTheirLabelsNameThem() {
    assertThat(
            copied(
                "by [BackupTest](../../outside/src/test/java/BackupTest.java), [a"
                    + " `b`](../C.java)."))
        .isEqualTo("by BackupTest, a `b`.");
  }

  @Test
  void otherFilesAreNamedByTheirPath() {
    assertThat(copied("see [the recipe](../../Dockerfile#stage) and [.ci/smoke](../../.ci/smoke)"))
        .isEqualTo("see the recipe (`Dockerfile`) and .ci/smoke");
  }

  @Test
  void imagesThatAreNotThereLeaveTheirText() {
    assertThat(copied("![An application](../cluster.java)")).isEqualTo("An application");
  }

  /** In shells and in Java, the same characters mean other things. */
  @Test
  void codeStaysAsItIs() {
    String text =
        """
        `names[i](x.java)` and

        ```java
        names[i](x.java);
        ```
        """;
    assertThat(copied(text)).isEqualTo(text);
    assertThat(copied(text + "[x](x.java)")).isEqualTo(text + "x");
  }
}
