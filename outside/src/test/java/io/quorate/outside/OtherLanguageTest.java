package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A program of another language, which knows nothing but the proto files. */
@ExtendWith(SharedNodes.class)
class OtherLanguageTest {
  @Test
  void nodeJsSpeaksToANodeByItsProtoFiles(Nodes nodes) {
    Path program = Distribution.tests().resolve("node");
    Assumptions.assumeTrue(
        new CommandLine().shell("command -v node npm >/dev/null").code() == 0,
        "skipped: there is no Node.js here");
    if (!Files.isDirectory(program.resolve("node_modules"))) {
      CommandLine.system(
          "npm", "install", "--prefix", program.toString(), "--no-audit", "--no-fund", "--silent");
    }
    CommandLine.Result talk =
        new CommandLine()
            .run(
                List.of(
                    "node",
                    program.resolve("talk.js").toString(),
                    nodes.node(0).address(),
                    Distribution.home().resolve("proto/src/main/proto").toString()),
                new byte[0]);
    assertThat(talk.code()).as("%s", talk).isZero();
    assertThat(talk.outText())
        .contains(
            "ok: the whole placement by a stream",
            "ok: a change of the placement by a stream",
            "ok: a write that is repeated has one version",
            "ok: a write that is repeated late does not come back",
            "ok: a stamp that is too low is refused",
            "ok: a deletion with a stamp",
            "ok: an increment that is repeated counts once",
            "ok: what was read, and what was not, is removed from a set",
            "ok: an update of fields that is repeated is made once",
            "ok: a map of fields is read by its layout",
            "ok: details of a failure",
            "ok: reflection v1alpha");
  }
}
