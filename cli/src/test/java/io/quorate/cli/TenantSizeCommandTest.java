package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.command.ExitCode;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.Membership;
import io.quorate.proto.v1.NodeStatus;
import io.quorate.proto.v1.TenantSize;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What nodes tell of tenants, put together. */
class TenantSizeCommandTest {
  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private Ran size(String... options) {
    List<String> words = new ArrayList<>(List.of("tenant", "size"));
    words.addAll(List.of(options));
    words.addAll(List.of("--endpoints", cluster.endpoint()));
    return Ran.command(words.toArray(String[]::new));
  }

  private static TenantSize.Builder ofDefault() {
    return TenantSize.newBuilder().setTenant("default").setTenantId(1);
  }

  @Test
  void eachPartitionCountsOnceByTheReplicaThatHasMost() {
    cluster.sizes(ofDefault().addPartitions(0).addKeys(7).setDiskBytes(1_500).build());
    cluster.sizes(ofDefault().addPartitions(0).addKeys(9).setDiskBytes(2_000).build());
    Ran ran = size("--json");
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
    JsonNode tenant = ran.json().path("tenants").path(0);
    assertThat(tenant.path("keys").asLong()).isEqualTo(9);
    assertThat(tenant.path("partitions_counted").asInt()).isEqualTo(1);
    assertThat(tenant.path("disk_bytes").asLong()).isEqualTo(3_500);
    assertThat(ran.json().path("all").path("keys").asLong()).isEqualTo(9);
    assertThat(ran.json().path("all").path("disk_bytes").asLong()).isEqualTo(3_500);
    assertThat(ran.err()).doesNotContain("not counted");
    assertThat(size("default").out()).contains("9 |", "1 of 1", "3.5 kB");
  }

  @Test
  void whatIsNotCountedIsSaid() {
    cluster.sizes(ofDefault().addUncounted(0).build());
    Ran ran = size();
    assertThat(ran.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(ran.out()).contains("0 of 1", "?");
    assertThat(ran.err()).contains("1 partitions are not counted yet");
    assertThat(size("--json").json().path("tenants").path(0).has("disk_bytes")).isFalse();
  }

  @Test
  void aTenantThatIsNamedTwiceIsShownOnce() {
    cluster.sizes(ofDefault().addPartitions(0).addKeys(7).setDiskBytes(1_500).build());
    JsonNode json = size("default", "default", "--json").json();
    assertThat(json.path("tenants")).hasSize(1);
    assertThat(json.path("tenants").path(0).path("disk_bytes").asLong()).isEqualTo(1_500);
    assertThat(json.path("all").path("disk_bytes").asLong()).isEqualTo(1_500);
  }

  /** To ask again is of use for partitions that are being counted, and not for those. */
  @Test
  void partitionsOfNodesThatCannotBeAskedAreToldApart() {
    cluster.moreStatus =
        GetStatusResponse.newBuilder()
            .setPartitions(4)
            .addNodes(
                NodeStatus.newBuilder()
                    .setId(2)
                    .setAddress("127.0.0.1:1")
                    .setMembership(Membership.MEMBERSHIP_ACTIVE))
            .build();
    cluster.sizes(ofDefault().addPartitions(0).addKeys(7).addUncounted(1).build());
    Ran ran = size("default");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(ran.err())
        .contains(
            "1 partitions are not counted yet: nodes read them now. Ask again",
            "2 partitions are not counted: the nodes that have them could not be asked",
            "127.0.0.1:1 could not be asked");
    assertThat(ran.out()).contains("1 of 4");
  }

  @Test
  void aNodeThatDoesNotAnswerIsNamed() {
    cluster.denyMaintenance();
    Ran ran = size("--json");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.DENIED);
    assertThat(ran.err()).contains("could not be asked");
    assertThat(ran.json().path("not_asked")).hasSize(1);
  }

  @Test
  void aTenantThatThereIsNotIsNotAskedFor() {
    Ran ran = size("default", "dorp");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.UNKNOWN_TENANT);
    assertThat(ran.err()).contains("there is no tenant 'dorp'");
  }
}
