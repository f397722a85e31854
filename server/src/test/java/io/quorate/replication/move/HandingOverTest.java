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
  private static final Stored STORED = Stored.INSTANCE;
  private static final HoldsNewer NEWER = new HoldsNewer(new Version(0, 1, new NodeId(1), 1));

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
    NodeId b = new NodeId(2);
    NodeId c = new NodeId(3);
    NodeId d = new NodeId(4);
    Set<NodeId> live = new HashSet<>(List.of(b, c, d));
    List<RecordStore.ScanCallback> scans = new ArrayList<>();
    List<NodeId> asked = new ArrayList<>();
    List<HandingOver.Ended> ended = new ArrayList<>();
    RecordStore store =
        played(RecordStore.class, all -> scans.add((RecordStore.ScanCallback) all[1]));
    Peers peers = played(Peers.class, all -> asked.add((NodeId) all[0]));
    Tenant tenant = new Tenant(1, "t", 3, TenantSettings.NONE);
    HandingOver handing =
        new HandingOver(
            new HandingOver.With(
                store, peers, live::contains, BackgroundBudget.UNLIMITED, (partition, fault) -> {}),
            0,
            List.of(1),
            new Placements(
                1,
                Map.of(),
                Map.of("t", tenant),
                List.of(new PartitionPlacement(7, List.of(b, c, d)))),
            ended::add);
    Record record = Record.value(new Version(0, 1, b, 1), 7, 0, new byte[] {1});
    RecordStore.Page page =
        new RecordStore.Page(
            List.of(new RecordStore.Entry(new Key(1, new byte[] {1}), record)), true);

    handing.goOn();
    live.removeAll(List.of(c, d));
    scans.getLast().page(page);
    assertThat(ended).containsExactly(new HandingOver.Ended(0, false));
    assertThat(asked).isEmpty();

    live.add(c);
    handing.goOn();
    scans.getLast().page(page);
    assertThat(asked).containsExactly(b, c);
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
