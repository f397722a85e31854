package io.quorate.replication.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.repair.Peers;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What counts as handed over is deleted afterwards. */
class HandingOverTest {
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final NodeId D = new NodeId(4);

  private static final RecordStore.Page PAGE =
      new RecordStore.Page(
          List.of(
              new RecordStore.Entry(
                  new Key(1, new byte[] {1}),
                  Record.value(new Version(0, 1, B, 1), 7, 0, new byte[] {1}))),
          true);

  private static final Stored STORED = Stored.INSTANCE;
  private static final HoldsNewer NEWER = new HoldsNewer(new Version(0, 1, new NodeId(1), 1));

  private final Set<NodeId> live = new HashSet<>(List.of(B, C, D));
  private final List<RecordStore.ScanCallback> scans = new ArrayList<>();
  private final List<HandingOver.Ended> ended = new ArrayList<>();

  @Test
  void allThatAreStoredOrOvertakenAreHandedOver() {
    assertThat(HandingOver.areStored(2, new Merged(List.of(STORED, NEWER)))).isTrue();
  }

  @Test
  void oneThatIsRefusedKeepsAll() {
    Refused refused = new Refused("no");
    assertThat(HandingOver.areStored(3, new Merged(List.of(STORED, refused, STORED)))).isFalse();
    assertThat(HandingOver.areStored(1, new Merged(List.of(StoredWhileFilling.INSTANCE))))
        .isFalse();
    assertThat(HandingOver.areStored(1, refused)).isFalse();
    assertThat(HandingOver.areStored(1, new StaleEpoch(3))).isFalse();
  }

  /** As of a replica of another version, or one that is broken. */
  @Test
  void answersForFewerOrMoreThanWereBroughtSayNothing() {
    assertThat(HandingOver.areStored(2, new Merged(List.of()))).isFalse();
    assertThat(HandingOver.areStored(2, new Merged(List.of(STORED)))).isFalse();
    assertThat(HandingOver.areStored(1, new Merged(List.of(STORED, STORED)))).isFalse();
  }

  /** A replica may die while a page is read: what one of three has alone is soon nowhere. */
  @Test
  void nothingIsHandedOverToLessThanAMajority() {
    List<NodeId> asked = new ArrayList<>();
    HandingOver handing = handing(played(Peers.class, all -> asked.add((NodeId) all[0])));

    handing.goOn();
    live.removeAll(List.of(C, D));
    scans.getLast().page(PAGE);
    assertThat(ended).containsExactly(new HandingOver.Ended(0, false));
    assertThat(asked).isEmpty();

    live.add(C);
    handing.goOn();
    scans.getLast().page(PAGE);
    assertThat(asked).containsExactly(B, C);
  }

  /** Else it would begin with the same ones each time, and the last would never have it. */
  @Test
  void replicasThatCouldNotBeAskedYetAreAskedNext() {
    List<NodeId> asked = new ArrayList<>();
    HandingOver handing = handing(onlyFirst(1, asked));

    handing.goOn();
    scans.getLast().page(PAGE);
    handing.goOn();
    assertThat(asked).containsExactly(B, C, D, C, D, D);
    assertThat(ended).containsExactly(new HandingOver.Ended(1, true));
  }

  @Test
  void itEndsOnceNoFurtherReplicaTakesAPage() {
    List<NodeId> asked = new ArrayList<>();
    HandingOver handing = handing(onlyFirst(0, asked));

    handing.goOn();
    scans.getLast().page(PAGE);
    assertThat(asked).containsExactly(B, C, D);
    assertThat(ended).containsExactly(new HandingOver.Ended(0, false));
  }

  /**
   * A node that may ask this many at a time, and refuses to ask others: those that are asked answer
   * once all were named.
   */
  private static Peers onlyFirst(int most, List<NodeId> asked) {
    List<Consumer<WritesOutcome>> under = new ArrayList<>();
    return played(
        Peers.class,
        all -> {
          NodeId replica = (NodeId) all[0];
          asked.add(replica);
          @SuppressWarnings("unchecked")
          var callback = (Consumer<WritesOutcome>) all[4];
          if (under.size() < most) {
            under.add(callback);
          } else {
            callback.accept(new Refused("this node has much to do for its clients"));
          }
          if (replica.equals(D)) {
            List<Consumer<WritesOutcome>> answered = List.copyOf(under);
            under.clear();
            answered.forEach(each -> each.accept(new Merged(List.of(STORED))));
          }
        });
  }

  private HandingOver handing(Peers peers) {
    Tenant tenant = new Tenant(1, "t", 3, TenantSettings.NONE);
    return new HandingOver(
        new HandingOver.With(
            played(RecordStore.class, all -> scans.add((RecordStore.ScanCallback) all[1])),
            peers,
            live::contains,
            BackgroundBudget.UNLIMITED,
            (partition, fault) -> {}),
        0,
        List.of(1),
        new Placements(
            1, Map.of(), Map.of("t", tenant), List.of(new PartitionPlacement(7, List.of(B, C, D)))),
        ended::add);
  }

  private static <T> T played(Class<T> kind, Consumer<Object[]> call) {
    return kind.cast(
        Proxy.newProxyInstance(
            kind.getClassLoader(),
            new Class<?>[] {kind},
            (self, method, all) -> {
              call.accept(all);
              return null;
            }));
  }
}
