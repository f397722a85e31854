package io.quorate.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.GetStatusRequest;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.NodeReport;
import io.quorate.proto.v1.PutRequest;
import io.quorate.proto.v1.PutResponse;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecentRequestsTest {
  private final RecentRequests recent = new RecentRequests();

  private static long seconds(int seconds) {
    return TimeUnit.SECONDS.toNanos(1_000 + seconds);
  }

  @Test
  void whatWasAnsweredIsCountedForAtLeastTenSecondsAndThenForgotten() {
    for (int i = 0; i < 8; i++) {
      recent.answered(i < 3, seconds(i));
    }
    assertThat(recent.counts(seconds(9))).isEqualTo(new RecentRequests.Counts(8, 3));
    recent.answered(true, seconds(15));
    assertThat(recent.counts(seconds(17))).isEqualTo(new RecentRequests.Counts(9, 4));
    assertThat(recent.counts(seconds(26))).isEqualTo(new RecentRequests.Counts(1, 1));
    assertThat(recent.counts(seconds(40))).isEqualTo(RecentRequests.Counts.NONE);
  }

  @Test
  void aNodeSaysHowMuchItRefused() {
    try (EverythingHouse house = new EverythingHouse()) {
      KeyValueGrpc.KeyValueBlockingStub clients = KeyValueGrpc.newBlockingStub(house.channel);
      PutRequest put = PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build();
      PutResponse unused = clients.put(put);
      house.dataPlane.answers = operation -> new Outcome.Failed(Failure.overloaded("too much", 10));
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> clients.put(put)).hasMessageContaining("too much");
      }
      NodeReport report =
          AdminGrpc.newBlockingStub(house.channel)
              .getStatus(GetStatusRequest.getDefaultInstance())
              .getReport();
      assertThat(report.getRecentRequests()).isEqualTo(3);
      assertThat(report.getRecentRequestsRefused()).isEqualTo(2);
    }
  }

  @Test
  void afterARestInWhichNothingWasAskedThereIsNothing() {
    recent.answered(true, seconds(0));
    assertThat(recent.counts(seconds(300))).isEqualTo(RecentRequests.Counts.NONE);
  }
}
