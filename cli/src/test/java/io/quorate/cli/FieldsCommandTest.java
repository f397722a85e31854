package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.ExitCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Updates and reads of maps of linearizable keys, as a user types them. */
final class FieldsCommandTest {
  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private Ran run(String... args) {
    return Ran.at(cluster.endpoint(), args);
  }

  @Test
  void fieldsAreSetRemovedAndPrinted() {
    assertThat(run("fields", "set", "order", "state=open", "note=a=b").out())
        .startsWith("updated, version ");
    assertThat(run("fields", "get", "order").out()).isEqualTo("note\ta=b\nstate\topen\n");
    assertThat(run("fields", "set", "order", "state=done", "--remove", "note").exitCode()).isZero();
    Ran read = run("fields", "get", "order", "--json");
    assertThat(read.out())
        .contains("\"found\" : true")
        .contains("\"name\" : \"state\"")
        .doesNotContain("note");
    assertThat(run("fields", "set", "order", "--remove", "state").exitCode()).isZero();
    Ran empty = run("fields", "get", "order");
    assertThat(empty.exitCode()).as("it has a map").isZero();
    assertThat(empty.out()).isEmpty();
    assertThat(run("fields", "get", "none").exitCode()).isEqualTo(1);
  }

  @Test
  void whatIsNotAsExpectedIsExitCode1() {
    run("fields", "set", "order", "state=open");
    assertThat(
            run("fields", "set", "order", "--expect", "state=open", "--absent", "owner", "owner=a")
                .exitCode())
        .isZero();
    Ran refused = run("fields", "set", "order", "--absent", "owner", "owner=b");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("a field is not as it must be");
    Ran json = run("fields", "set", "order", "--present", "hold", "state=x", "--json");
    assertThat(json.exitCode()).isEqualTo(1);
    assertThat(json.err()).contains("\"field\":\"hold\"");
    assertThat(run("fields", "get", "order").out()).isEqualTo("owner\ta\nstate\topen\n");
  }

  @Test
  void aValueThatIsNoMapIsSaidToBeNone() {
    run("put", "order", "text");
    assertThat(run("fields", "set", "order", "a=b").exitCode()).isEqualTo(1);
    Ran read = run("fields", "get", "order");
    assertThat(read.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(read.err()).contains("no map of fields: use quorate get");
  }

  @Test
  void whatMakesNoSenseIsAFaultOfTheCommandLine() {
    assertThat(run("fields", "set", "order").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("fields", "set", "order", "a").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("fields", "set", "order", "a=1", "--remove", "a").err()).contains("named twice");
  }
}
