package io.quorate.metadata.bootstrap;

import io.quorate.bytes.LaterFormatException;
import io.quorate.cluster.ClusterState;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.runtime.Randomness;
import io.quorate.storage.IdentityStore;
import io.quorate.storage.IdentityStore.Identity;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageOpenException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a node has on disk of the cluster that it belongs to: its identity, and the metadata log. A
 * node is a member once its identity names the cluster.
 */
final class StoredMembership {
  private final BootstrapConfig config;
  private final IdentityStore identities;
  private final RaftStore store;

  /** Durable. */
  private Identity identity;

  /** Durable. */
  private RaftStore.Image image;

  /** Set once this node is a member. */
  private @Nullable Roster roster;

  /** Whether the node had died between saving the genesis and naming the cluster. */
  private boolean mended;

  private StoredMembership(
      BootstrapConfig config, IdentityStore identities, RaftStore store, Identity identity) {
    this.config = config;
    this.identities = identities;
    this.store = store;
    this.identity = identity;
    this.image = store.load();
  }

  /** Counts a start of the node, durably, and reads what is there. Blocks. */
  static StoredMembership open(
      BootstrapConfig config, IdentityStore identities, RaftStore store, Randomness chance) {
    Identity known = identities.load();
    Identity identity =
        known == null
            ? new Identity(new NodeId(newId(chance)), 1, null)
            : new Identity(known.node(), known.boot() + 1, known.cluster());
    identities.save(identity);
    return new StoredMembership(config, identities, store, identity);
  }

  /** Never 0, which means "none" on disk and on the wire. */
  static long newId(Randomness chance) {
    long id = 0;
    while (id == 0) {
      id = chance.nextLong();
    }
    return id;
  }

  /**
   * Checks that the identity and the metadata log are of one cluster that this node can be in, and
   * has the identity name that cluster if a crash kept it from doing so. Blocks.
   *
   * @return what is wrong; null if nothing is
   */
  @Nullable Refusal check() {
    RaftStore.Snapshot snapshot = image.snapshot();
    ClusterId cluster = identity.cluster();
    if (snapshot == null) {
      return cluster == null
          ? null
          : new Refusal(Refusal.Kind.DATA, Refusals.noMetadata(identity.node(), cluster));
    }
    ClusterState state;
    try {
      state = Founding.state(snapshot, config.release());
    } catch (LaterFormatException later) {
      return new Refusal(
          Refusal.Kind.RELEASE,
          Refusals.laterRelease(
              identity.node(), config.release(), String.valueOf(later.getMessage())));
    } catch (RuntimeException damaged) {
      return new Refusal(Refusal.Kind.DATA, Refusals.unreadableHere(damaged));
    }
    if (cluster != null && !cluster.equals(state.clusterId())) {
      return new Refusal(
          Refusal.Kind.DATA, Refusals.otherMetadata(identity.node(), cluster, state.clusterId()));
    }
    if (cluster == null) {
      // The node died after it saved the genesis and before its identity named the cluster.
      identity = new Identity(identity.node(), identity.boot(), state.clusterId());
      identities.save(identity);
      mended = true;
    }
    if (!config.release().worksAt(state.clusterVersion())) {
      return new Refusal(
          Refusal.Kind.RELEASE,
          Refusals.releaseDoesNotFit(
              identity.node(), config.release(), state.clusterId(), state.clusterVersion()));
    }
    if (!state.members().containsKey(identity.node())) {
      return new Refusal(Refusal.Kind.LEFT, Refusals.left(identity.node(), state.clusterId()));
    }
    roster = new FirstRoster(state, snapshot);
    return null;
  }

  /** The identity of this node in this start. */
  Identity identity() {
    return identity;
  }

  NodeId node() {
    return identity.node();
  }

  /** The cluster that this node is a member of; null if there is none yet. */
  @Nullable ClusterId cluster() {
    return identity.cluster();
  }

  RaftStore.Image image() {
    return image;
  }

  boolean isMended() {
    return mended;
  }

  /** What this node knows of its cluster; null until it is a member. */
  @Nullable Roster roster() {
    return roster;
  }

  /** From now on the metadata group knows the cluster. */
  void follow(Roster current) {
    roster = current;
  }

  /**
   * Makes this node a member: first the genesis becomes durable, then the identity names the
   * cluster. {@link Bootstrap} says why in this order.
   *
   * @param failed told why it could not be saved
   */
  void save(RaftStore.Snapshot snapshot, Runnable saved, Consumer<String> failed) {
    RaftStore.HardState hardState = new RaftStore.HardState(snapshot.term(), 0);
    store.save(
        new RaftStore.Change(hardState, snapshot, false, List.of()),
        new RecordStore.PutCallback() {
          @Override
          public void stored() {
            image = new RaftStore.Image(hardState, snapshot, List.of());
            ClusterState state = Founding.state(snapshot, config.release());
            Identity named = new Identity(identity.node(), identity.boot(), state.clusterId());
            try {
              identities.save(named);
            } catch (StorageOpenException unsaved) {
              failed.accept(String.valueOf(unsaved.getMessage()));
              return;
            }
            identity = named;
            roster = new FirstRoster(state, snapshot);
            saved.run();
          }

          @Override
          public void failed(StorageFault fault) {
            failed.accept(fault.message());
          }
        });
  }

  /** Until the metadata group runs: what it will begin with. */
  private record FirstRoster(ClusterState state, RaftStore.Snapshot snapshot) implements Roster {}
}
