package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Keys and values are the bytes that were typed, whatever the locale is: cron, ssh, containers. */
@ExtendWith(SharedNodes.class)
class LocaleTest {
  private static final ReadOptions PATIENT_READ =
      ReadOptions.DEFAULT.timeout(Duration.ofMinutes(1));
  private static final WriteOptions PATIENT_WRITE =
      WriteOptions.DEFAULT.timeout(Duration.ofMinutes(1));

  @Test
  void thePosixLocaleStoresWhatWasTyped(Nodes nodes) {
    SideBySide.run(
        () -> storesWhatWasTyped(nodes, "C"),
        () -> storesWhatWasTyped(nodes, "POSIX"),
        () -> storesWhatWasTyped(nodes, "C.UTF-8"));
  }

  /** Keys of which none is a prefix of another, for each is scanned for beside the others. */
  private static void storesWhatWasTyped(Nodes nodes, String locale) {
    String key = "locale:" + locale + ":grüße";
    CommandLine commands = nodes.commandLine().with("LC_ALL", locale);
    assertThat(commands.shell("quorate put '" + key + "' 'hällo 中 🙂'").code()).isZero();
    try (QuorateClient client = nodes.client()) {
      assertThat(client.keyValue().get(key).text()).as(locale).isEqualTo("hällo 中 🙂");
    }
    assertThat(commands.shell("quorate get '" + key + "'").outText()).isEqualTo("hällo 中 🙂\n");
    assertThat(commands.shell("quorate scan '" + key + "' --keys-only").outText())
        .isEqualTo(key + "\n");
  }

  @Test
  void anEmptyEnvironmentStoresWhatWasTyped(Nodes nodes) {
    CommandLine.Result put =
        nodes
            .commandLine()
            .shell(
                "env -i PATH=/usr/bin:/bin QUORATE_ENDPOINTS=$QUORATE_ENDPOINTS "
                    + Distribution.launcher()
                    + " put locale:bär bär");
    assertThat(put.code()).as("%s", put).isZero();
    try (QuorateClient client = nodes.client()) {
      assertThat(client.keyValue().get("locale:bär").text()).isEqualTo("bär");
    }
  }

  @Test
  void bytesThatAreNoTextAreRefusedAndNeverChanged(Nodes nodes) {
    for (String locale : new String[] {"C", "C.UTF-8"}) {
      CommandLine commands = nodes.commandLine().with("LC_ALL", locale);
      CommandLine.Result key = commands.shell("quorate put $'locale:\\xff' one");
      assertThat(key.code()).as("%s", key).isEqualTo(2);
      assertThat(key.errText()).contains("--hex");
      CommandLine.Result value = commands.shell("quorate put locale:value $'\\xff\\xfe'");
      assertThat(value.code()).as("%s", value).isEqualTo(2);
    }
    try (QuorateClient client = nodes.client()) {
      assertThat(client.keyValue().get("locale:value").found()).isFalse();
    }
  }

  /** Java writes numbers with the digits of the locale, and names of files hold numbers. */
  @Test
  void aNodeOfALocaleWithOtherDigitsStartsAgain() {
    try (Nodes nodes = Nodes.onHosts("127.0.0.1")) {
      Node node =
          nodes.node(0).addJavaOption("-Duser.language=ar").addJavaOption("-Duser.country=EG");
      nodes.start();
      try (QuorateClient client = nodes.client()) {
        client.keyValue().put("locale:digits", "there", PATIENT_WRITE);
      }
      node.kill();
      nodes.start();
      try (QuorateClient client = nodes.client()) {
        assertThat(client.keyValue().get("locale:digits", PATIENT_READ).text()).isEqualTo("there");
      }
    }
  }
}
