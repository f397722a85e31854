package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.quorate.cli.command.ExitCode;
import io.quorate.proto.v1.PlanTopologyChangeResponse;
import io.quorate.proto.v1.TopologyChangeStatus;
import io.quorate.proto.v1.TruncateTenantRequest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A command whose outcome is not known is repeated as the same request, with all its fields, for
 * which alone its id stands.
 */
class RepeatedCommandsTest {
  private static final String ID = "00010203-0405-0607-0809-0a0b0c0d0e0f";
  private static final Pattern REPEATED_WITH =
      Pattern.compile("repeat the command with ([-a-z0-9 ]+): it takes effect at most once");

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private String[] args(String words) {
    List<String> args = new ArrayList<>(List.of(words.split(" ")));
    args.add("--endpoints");
    args.add(cluster.endpoint());
    return args.toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cluster add a --yes",
        "cluster remove a --yes --parallel 3 --expected-state-version 15",
        "cluster replace a --with b --yes",
        "cluster move a --zone z --yes",
        "cluster rebalance --yes --block-writes",
        "cluster acknowledge-loss",
        "cluster cancel",
        "cluster pause",
        "cluster resume",
        "cluster limits --throttle 5MB",
        "tenant alter default --ttl 2h",
        "tenant truncate default --yes",
        "tenant drop default --yes",
      })
  void theMessageTellsHowToRepeatTheRequest(String words) {
    cluster.hideOutcomes(true);
    Ran unknown = Ran.command(args(words));
    assertThat(unknown.exitCode()).as(unknown.err()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(unknown.err()).contains("may have been applied");
    Message first = cluster.requests().getFirst();

    cluster.hideOutcomes(false);
    int before = cluster.requests().size();
    Ran repeated = Ran.command(args(words + " " + options(unknown)));

    assertThat(repeated.exitCode()).as(repeated.err()).isEqualTo(ExitCode.DONE);
    assertThat(cluster.requests()).hasSize(before + 1).last().isEqualTo(first);
  }

  /** The cluster forgets requests, and the tenant has another id after the first. */
  @Test
  void aTruncationIsOfTheTenantThatThereWas() {
    cluster.hideOutcomes(true);
    Ran unknown = Ran.command(args("tenant truncate default --yes"));
    assertThat(options(unknown)).startsWith("--id 1 --request-id ");
    Ran named = Ran.command(args("tenant truncate default --yes --id 1"));
    assertThat(options(named)).as("beside those that were given").startsWith("--request-id ");
    cluster.hideOutcomes(false);

    assertThat(Ran.command(args("tenant truncate default --yes --id 7")).exitCode())
        .isEqualTo(ExitCode.DONE);
    assertThat(((TruncateTenantRequest) cluster.requests().getLast()).getTenantId()).isEqualTo(7);
    String own = "tenant truncate default --yes --request-id " + ID;
    assertThat(Ran.command(args(own)).exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(((TruncateTenantRequest) cluster.requests().getLast()).getTenantId())
        .as("a script that repeats the command asks for the same")
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tenant truncate default --yes",
        "tenant drop default --yes",
        "cluster rebalance --yes",
        "cluster acknowledge-loss",
        "cluster cancel",
        "cluster limits --throttle 5MB",
        "cluster readmit b",
      })
  void nodesThatDoNotKnowOfItYetAreTold(String words) {
    cluster.warnings = List.of("node b does not know of it");
    Ran ran = Ran.command(args(words));
    assertThat(ran.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(ran.err().lines().filter(line -> line.contains("warning")))
        .containsExactly("warning: node b does not know of it");
    Ran asJson = Ran.command(args(words + " --json"));
    assertThat(asJson.err()).isEmpty();
    assertThat(asJson.json().path("warnings").path(0).asText())
        .isEqualTo("node b does not know of it");
  }

  /** What was agreed to is repeated, without another question. */
  @Test
  void aPersonIsToldWithWhichOptionsTheCommandIsWhatWasAgreedTo() {
    cluster.plans(PlanTopologyChangeResponse.newBuilder().setStateVersion(17).build());
    cluster.hideOutcomes(true);
    Ran unknown = Ran.atTerminal("y\n", args("cluster remove a"));
    String options = options(unknown);
    assertThat(options).startsWith("--yes --request-id ").endsWith("--expected-state-version 17");
    Message first = cluster.requests().getFirst();

    cluster.hideOutcomes(false);
    assertThat(Ran.command(args("cluster remove a " + options)).exitCode())
        .isEqualTo(ExitCode.DONE);
    assertThat(cluster.requests()).last().isEqualTo(first);
  }

  /** The node may have left since: then there would be no plan, and nothing to repeat. */
  @Test
  void aRequestThatIsRepeatedIsNotPlannedFirst() {
    Ran ran = Ran.command(args("cluster remove a --yes --json --request-id " + ID));

    assertThat(ran.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(cluster.planned()).isZero();
    assertThat(ran.json().path("plan").isNull()).isTrue();
    assertThat(ran.json().path("change_id").asLong()).isEqualTo(21);
    assertThat(Ran.command(args("cluster add " + cluster.endpoint() + " --yes --request-id " + ID)))
        .extracting(Ran::exitCode)
        .isEqualTo(ExitCode.DONE);
    assertThat(cluster.requests())
        .hasSize(2)
        .extracting(RepeatedCommandsTest::id)
        .containsOnly(ID.replace("-", ""));
  }

  @Test
  void aRepeatedChangeThatIsCalledOffWhileItIsWatchedIsNotDone() {
    TopologyChangeStatus moving =
        TopologyChangeStatus.newBuilder()
            .setStateVersion(20)
            .setChangeId(21)
            .setUnderWay(true)
            .setPlanned(8)
            .build();
    TopologyChangeStatus cancelled =
        moving.toBuilder().setStateVersion(22).setUnderWay(false).setPlanned(0).build();
    cluster.changes(moving, cancelled);
    assertThat(Ran.command(args("cluster remove a --yes --request-id " + ID)).exitCode())
        .isEqualTo(ExitCode.FAILED);
    cluster.changes(moving, cancelled.toBuilder().setPlanned(8).build());
    assertThat(Ran.command(args("cluster remove a --yes --request-id " + ID)).exitCode())
        .isEqualTo(ExitCode.DONE);
  }

  /** The change may have been cancelled since: the command must not say that it is done. */
  @Test
  void aRepeatedChangeThatAnotherFollowedIsNotCalledDone() {
    cluster.changes(TopologyChangeStatus.newBuilder().setStateVersion(30).setChangeId(25).build());
    Ran ran = Ran.command(args("cluster remove a --yes --request-id " + ID));
    assertThat(ran.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(ran.out())
        .contains("change 21 is agreed on, and so is change 25 after it")
        .doesNotContain("done");
  }

  /** As refusals of nodes write it. */
  @Test
  void anIdMayBeWrittenWithoutHyphens() {
    Ran.command(args("cluster pause --request-id " + ID));
    Ran.command(args("cluster pause --request-id " + ID.replace("-", "")));
    assertThat(cluster.requests()).hasSize(2);
    assertThat(cluster.requests().get(1)).isEqualTo(cluster.requests().getFirst());
  }

  @Test
  void programsReadTheIdFromTheError() {
    cluster.hideOutcomes(true);
    JsonNode error = Ran.command(args("cluster pause --json")).errJson().path("error");
    assertThat(error.path("kind").asText()).isEqualTo("outcome_unknown");
    assertThat(error.path("may_have_applied").asBoolean()).isTrue();
    assertThat(error.path("exit_code").asInt()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(error.path("request_id").asText().replace("-", ""))
        .isEqualTo(id(cluster.requests().getFirst()));
  }

  @Test
  void eachCommandIsARequestOfItsOwn() {
    Ran.command(args("cluster pause"));
    Ran.command(args("cluster pause"));
    assertThat(cluster.requests().stream().map(RepeatedCommandsTest::id).distinct()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cluster add a --request-id " + ID,
        "cluster add a --yes --request-id once",
        "cluster add a --yes --request-id 1-1-1-1-1",
        "cluster limits --request-id " + ID,
        "tenant create t --request-id " + ID,
      })
  void whatCannotBeRepeatedIsUsage(String words) {
    Ran ran = Ran.atTerminal("y\n", args(words));
    assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains("--request-id");
    assertThat(cluster.requests()).isEmpty();
  }

  private static String options(Ran unknown) {
    Matcher options = REPEATED_WITH.matcher(unknown.err());
    assertThat(options.find()).as(unknown.err()).isTrue();
    return options.group(1);
  }

  private static String id(Message request) {
    FieldDescriptor field = request.getDescriptorForType().findFieldByName("request_id");
    return HexFormat.of().formatHex(((ByteString) request.getField(field)).toByteArray());
  }
}
