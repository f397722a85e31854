package io.quorate.sim.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class JudgeHistoriesTest {
  private static final String PUT_A =
      """
      {"client":"1","key":"k","call":10,"return":20,"input":{"op":"put","value":"a"},"output":{}}
      """;
  private static final String PUT_B_UNKNOWN =
      """
      {"client":"2","key":"k","call":30,"return":null,"input":{"op":"put","value":"b"},"output":null}
      """;
  private static final String PUT_C_REFUSED =
      """
      {"client":"2","key":"k","call":30,"return":35,"input":{"op":"put","value":"c"},\
      "output":{"refused":"UNAVAILABLE"}}
      """;
  private static final String SWAPPED =
      """
      {"client":"3","key":"k","call":60,"return":70,\
      "input":{"op":"cas","expect":"b","value":"d"},"output":{"done":true}}
      """;
  private static final String NOT_SWAPPED =
      """
      {"client":"3","key":"k","call":60,"return":70,\
      "input":{"op":"cas","expect":null,"value":"d"},"output":{"done":false}}
      """;

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine command = JudgeHistories.commandLine();

  @BeforeEach
  void listen() {
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
  }

  private static String get(long call, long returned, String value) {
    return """
    {"client":"4","key":"k","call":%d,"return":%d,"input":{"op":"get"},"output":{"value":%s}}
    """
        .formatted(call, returned, value);
  }

  private int judge(String... lines) {
    try {
      return command.execute(
          Files.writeString(directory.resolve("history"), String.join("", lines)).toString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void writeOfUnknownOutcomeMayTakeEffectLaterOrNotAtAll() {
    assertThat(judge(PUT_A, PUT_B_UNKNOWN, get(40, 50, "\"a\""))).isZero();
    assertThat(judge(PUT_A, PUT_B_UNKNOWN, get(40, 50, "\"a\""), get(55, 58, "\"b\""), SWAPPED))
        .isZero();
    assertThat(out.toString()).contains("5 calls on 1 keys, 1 of unknown outcome", "linearizable");
    assertThat(judge(PUT_A, NOT_SWAPPED, get(80, 90, "\"a\""))).isZero();
  }

  @Test
  void readThatIsStaleIsFoundWithItsLine() {
    assertThat(judge(PUT_A, get(25, 30, "null"))).isEqualTo(1);
    assertThat(out.toString()).contains("key k is NOT LINEARIZABLE, line 2");
  }

  @Test
  void callsAtTheSameTimeOverlap() {
    assertThat(judge(PUT_A, get(20, 25, "null"))).isZero();
  }

  @Test
  void whatWasRefusedTookNoEffect() {
    assertThat(judge(PUT_A, PUT_C_REFUSED, get(40, 50, "\"a\""))).isZero();
    assertThat(judge(PUT_A, PUT_C_REFUSED, get(40, 50, "\"c\""))).isEqualTo(1);
    assertThat(judge(PUT_A, SWAPPED)).as("b was never there").isEqualTo(1);
  }

  private static String update(String expected, String set, String output) {
    return """
    {"client":"5","key":"m","call":10,"return":20,\
    "input":{"op":"update","expect":%s,"set":%s},"output":%s}
    """
        .formatted(expected, set, output);
  }

  @Test
  void updatesOfFieldsAreJudged() {
    String one = update("{\"a\":null}", "{\"a\":\"1\",\"b\":\"2\"}", "{\"done\":true}");
    String read = get(30, 40, "\"{a=1,b=2}\"").replace("\"k\"", "\"m\"");
    assertThat(judge(one, read)).isZero();
    String again = update("{\"a\":null}", "{\"b\":null}", "{\"done\":false,\"unmet\":\"a\"}");
    assertThat(judge(one, again, read)).isZero();
    assertThat(judge(again, read)).as("nothing was there").isEqualTo(1);
    String lost = update("{\"a\":\"1\"}", "{\"c\":\"3\",\"b\":null}", "{\"done\":true}");
    assertThat(judge(one, lost, read)).isEqualTo(1);
    assertThat(judge(one, lost, read.replace("a=1,b=2", "a=1,c=3"))).isZero();
  }

  @Test
  void lineThatIsNoCallIsNamed() {
    assertThat(judge(PUT_A, "{\"client\":\"1\"}\n")).isEqualTo(2);
    assertThat(err.toString()).contains("line 2", "there is no \"input\"");
    assertThat(judge("nonsense\n")).isEqualTo(2);
    assertThat(judge(PUT_A.replace("\"put\"", "\"push\""))).isEqualTo(2);
    assertThat(err.toString()).contains("there is no operation 'push'");
  }
}
