package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Who may open the data of a node that is stopped. */
class DirectoryOwnerTest {
  @TempDir private Path directory;

  /** A user as the file system names them. */
  private record User(String getName) implements UserPrincipal {}

  @Test
  void anotherUserIsToldWhoToBe() {
    Path data = Path.of("/var/lib/quorate/db");
    assertThat(DirectoryOwner.whyNot(data, new User("quorate"), new User("root")))
        .isEqualTo(
            "/var/lib/quorate/db belongs to user quorate, and this command is run by root: the node"
                + " could not open what it writes there. Run it as that user: 'sudo -u quorate',"
                + " then the command");
    assertThat(DirectoryOwner.whyNot(data, new User("quorate"), new User("quorate"))).isNull();
    assertThat(DirectoryOwner.whyNot(data, null, new User("root"))).isNull();
    assertThat(DirectoryOwner.whyNot(data, new User("quorate"), null)).isNull();
  }

  @Test
  void aNodeOfAnotherUserIsWarned() {
    Path data = Path.of("/var/lib/quorate/db");
    assertThat(DirectoryOwner.warning(data, new User("quorate"), new User("root")))
        .contains("belongs to user quorate", "run by root", "chown -R quorate");
    assertThat(DirectoryOwner.warning(data, new User("quorate"), new User("quorate"))).isNull();
    assertThat(DirectoryOwner.warning(data, null, new User("root"))).isNull();
    assertThat(DirectoryOwner.warning(directory)).as("its own").isNull();
    assertThat(DirectoryOwner.warning(directory.resolve("db"))).as("none").isNull();
  }

  @Test
  void theUserWhoMadeADirectoryMayOpenIt() {
    assertThatCode(() -> DirectoryOwner.check(directory)).doesNotThrowAnyException();
  }

  /** Root alone can give a directory away; and root alone could open it nevertheless. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void rootDoesNotOpenTheDataOfAnotherUser() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")));
    Path data = Files.createDirectories(directory.resolve("data/db"));
    Path unused = Files.setAttribute(data, "unix:uid", 10_001);
    assertThatThrownBy(() -> StoppedNode.open(directory.resolve("data")).close())
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("is run by root")
        .hasMessageContaining("'sudo -u ");
    assertThat(data).as("nothing was made in it").isEmptyDirectory();
  }
}
