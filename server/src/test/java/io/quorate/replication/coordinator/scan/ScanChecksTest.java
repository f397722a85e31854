package io.quorate.replication.coordinator.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.KeyRange;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which scans are begun, and from where. */
class ScanChecksTest {
  private static final int PARTITIONS = 8;
  private static final byte[] NONE = {};
  private static final Tenant TENANT = new Tenant(5, "orders", 3, TenantSettings.NONE);
  private static final KeyRange REVERSE = new KeyRange(NONE, NONE, NONE, true);

  private static String message(@Nullable Failure refusal) {
    Failure said = Objects.requireNonNull(refusal);
    assertThat(said.reason()).isEqualTo(Reason.INVALID);
    return said.message();
  }

  /** Another node may be of the release before, and read a page without bounds. */
  @Test
  void boundsAndReverseNeedClusterVersionTwo() {
    byte[] bound = {1};
    for (KeyRange keys :
        List.of(
            new KeyRange(NONE, bound, NONE, false),
            new KeyRange(NONE, NONE, bound, false),
            REVERSE)) {
      assertThat(message(ScanChecks.refusal(keys, 1)))
          .contains(
              "need cluster version 2",
              "is at version 1",
              "'quorate cluster upgrade finalize'",
              "by prefix alone");
      assertThat(ScanChecks.refusal(keys, 2)).isNull();
    }
    assertThat(ScanChecks.refusal(KeyRange.ofPrefix(bound), 1)).isNull();
  }

  @Test
  void cursorGoesOnInItsDirectionOnly() {
    ScanCursor forward = new ScanCursor(5, 3, new byte[] {7}, false);
    ScanCursor reverse = new ScanCursor(5, 3, new byte[] {7}, true);
    assertThat(ScanChecks.refusal(TENANT, KeyRange.ALL, forward)).isNull();
    assertThat(ScanChecks.refusal(TENANT, REVERSE, reverse)).isNull();
    assertThat(message(ScanChecks.refusal(TENANT, REVERSE, forward)))
        .contains("goes forward, and this one goes in reverse", "without one");
    assertThat(message(ScanChecks.refusal(TENANT, KeyRange.ALL, reverse)))
        .contains("goes in reverse, and this one goes forward");
    assertThat(message(ScanChecks.refusal(TENANT, REVERSE, null)))
        .contains("did not give out that cursor");
  }

  /** Clients keep cursors, in files and over upgrades. */
  @Test
  void cursorsOfTheReleaseBeforeAreRead() {
    byte[] released = {1, 0, 0, 0, 3, 'k', '1'};
    ScanCursor cursor = Objects.requireNonNull(ScanCursor.of(released, PARTITIONS));
    assertThat(cursor.partition()).isEqualTo(3);
    assertThat(cursor.after()).asString().isEqualTo("k1");
    assertThat(cursor.reverse()).isFalse();
    assertThat(cursor.tenant()).isEqualTo(ScanCursor.ANY_TENANT);
    assertThat(ScanChecks.refusal(TENANT, KeyRange.ALL, cursor)).isNull();
    assertThat(cursor.toBytes(1)).isEqualTo(released);
  }

  /** A node of the release before would not read the tenant. */
  @Test
  void cursorsHaveTheTenantFromClusterVersionTwoOn() {
    ScanCursor given = new ScanCursor(5, 3, new byte[] {7}, false);
    assertThat(given.toBytes(1)).isEqualTo(new byte[] {1, 0, 0, 0, 3, 7});
    byte[] bytes = given.toBytes(2);
    assertThat(bytes).isEqualTo(new byte[] {3, 0, 0, 0, 5, 0, 0, 0, 3, 7});
    ScanCursor cursor = Objects.requireNonNull(ScanCursor.of(bytes, PARTITIONS));
    assertThat(cursor.tenant()).isEqualTo(5);
    assertThat(cursor.partition()).isEqualTo(3);
    assertThat(cursor.after()).isEqualTo(new byte[] {7});
    assertThat(ScanCursor.of(new byte[] {3, 0, 0, 0, 5, 0, 0, 0}, PARTITIONS)).isNull();
  }

  /** What came before it was of other keys than what would follow. */
  @Test
  void cursorDoesNotGoOnInTheTenantThatCameAfter() {
    ScanCursor before = new ScanCursor(4, 3, new byte[] {7}, false);
    assertThat(message(ScanChecks.refusal(TENANT, KeyRange.ALL, before)))
        .contains("'orders' was truncated, or dropped and created again, since this scan began")
        .contains("Begin the scan again");
  }

  /** Other nodes may know of the tenant by then. */
  @Test
  void nodeThatHasYetToHearOfTheTenantOfACursorIsAskedAgain() {
    ScanCursor later = new ScanCursor(6, 3, new byte[] {7}, false);
    Failure refusal = Objects.requireNonNull(ScanChecks.refusal(TENANT, KeyRange.ALL, later));
    assertThat(refusal.reason()).isEqualTo(Reason.NOT_SERVING);
  }

  @Test
  void cursorsKeepTheirDirection() {
    byte[] bytes = new ScanCursor(9, 7, new byte[] {5}, true).toBytes(2);
    assertThat(bytes).isEqualTo(new byte[] {2, 0, 0, 0, 9, 0, 0, 0, 7, 5});
    ScanCursor cursor = Objects.requireNonNull(ScanCursor.of(bytes, PARTITIONS));
    assertThat(cursor.reverse()).isTrue();
    assertThat(cursor.partition()).isEqualTo(7);
    assertThat(cursor.after()).isEqualTo(new byte[] {5});
    assertThat(ScanCursor.of(bytes, 7)).as("of a partition that is not there").isNull();
    assertThat(ScanCursor.of(new byte[] {4, 0, 0, 0, 9, 0, 0, 0, 7, 5}, PARTITIONS))
        .as("a format")
        .isNull();
    assertThat(ScanCursor.of(NONE, PARTITIONS)).isNull();
  }

  @Test
  void scansBeginAtTheFirstPartitionOrTheLast() {
    assertThat(ScanCursor.start(5, PARTITIONS, false).partition()).isZero();
    assertThat(ScanCursor.start(5, PARTITIONS, true).partition()).isEqualTo(7);
  }
}
