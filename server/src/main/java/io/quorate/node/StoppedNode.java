package io.quorate.node;

import io.quorate.cluster.GroupRecovery;
import io.quorate.cluster.Member;
import io.quorate.locks.LocksRecovery;
import io.quorate.metadata.GroupRecord;
import io.quorate.metadata.LostMajority;
import io.quorate.model.NodeId;
import io.quorate.node.config.ConfigException;
import io.quorate.node.config.NodeConfig;
import io.quorate.raft.EntryId;
import io.quorate.runtime.real.EventLoopLane;
import io.quorate.runtime.real.EventLoops;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SeededRandomness;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.DiskMarkStore.DiskMark;
import io.quorate.storage.IdentityStore.Identity;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.crypt.Encryption;
import io.quorate.storage.rocks.RocksStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The data directory of a node that does not run, opened to look at what it knows of the metadata
 * group, and to have it become the only voter of one that lost its majority.
 */
public final class StoppedNode implements AutoCloseable {
  private static final long SAVED_WITHIN_SECONDS = 60;

  private final Closing closing = new Closing();
  private final SystemClock clock = new SystemClock();
  private final RocksStorage storage;
  private final EventLoopLane lane;
  private final Path directory;

  private StoppedNode(Path directory, NodeConfig config) {
    this.directory = directory;
    try {
      storage =
          closing.after(
              RocksStorage.open(
                  directory,
                  EdgeSettings.of(config).disk().with(new Encryption.Untouched()),
                  "stopped",
                  clock,
                  new MachineThreads(),
                  StorageListener.NONE,
                  health -> {}),
              RocksStorage::close);
      lane =
          closing
              .after(EventLoops.start(1, "stopped", broken -> {}), EventLoops::close)
              .lanes()
              .get(0);
    } catch (RuntimeException | Error failed) {
      closing.closeAll();
      throw failed;
    }
  }

  /**
   * A place in the metadata log. Written term/index.
   *
   * @param term compared first
   */
  public record Place(long term, long index) implements Comparable<Place> {
    static Place of(EntryId id) {
      return new Place(id.term(), id.index());
    }

    /**
     * @throws IllegalArgumentException if the text is not two numbers with a slash between
     */
    public static Place parse(String text) {
      String[] parts = text.split("/", -1);
      try {
        if (parts.length == 2) {
          return new Place(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
        }
      } catch (NumberFormatException malformed) {
        // said below
      }
      throw new IllegalArgumentException(
          "'%s' is no place in the log: give TERM/INDEX, as 'quorate metadata inspect' prints it"
              .formatted(text));
    }

    @Override
    public int compareTo(Place that) {
      return new EntryId(index, term).compareTo(new EntryId(that.index, that.term));
    }

    @Override
    public String toString() {
      return term + "/" + index;
    }
  }

  /**
   * A member of the group: its id, and its address and name as the node knows them; "" if it does
   * not.
   */
  public record Peer(String id, String address, String name) {}

  /** A tenant that the cluster goes on with. */
  public record KnownTenant(String name, int id) {}

  /** One recovery that the cluster remembers. */
  public record Recovery(
      String generation,
      String survivor,
      Place after,
      long atMillis,
      String by,
      List<String> voters) {}

  /**
   * What the node knows.
   *
   * @param term the latest it has seen
   * @param last where its log ends; the best survivor is the one whose log ends highest
   * @param applied up to where it has acted upon the log
   * @param tenants by name; as of the snapshot of the log, which after a recovery is all of it
   */
  public record Metadata(
      String cluster,
      String node,
      long term,
      Place last,
      Place applied,
      List<Peer> voters,
      List<Peer> learners,
      List<Recovery> recoveries,
      List<KnownTenant> tenants) {}

  /**
   * Opens a data directory.
   *
   * @throws NodeStartException if it is not a data directory, cannot be read, or its node runs, or
   *     if it belongs to another user than the one who runs this
   */
  public static StoppedNode open(Path directory) throws NodeStartException {
    if (Files.isDirectory(directory) && !Files.isExecutable(directory)) {
      throw new NodeStartException(
          "%s may not be entered by user %s: run this command as the user of the node, or as root"
              .formatted(directory, RocksStorage.user()),
          NodeStartException.FAILED);
    }
    if (!Files.isDirectory(directory.resolve("db"))) {
      throw new NodeStartException(
          "%s is no data directory of a node: there is no directory 'db' in it"
              .formatted(directory),
          NodeStartException.FAILED);
    }
    DirectoryOwner.check(directory.resolve("db"));
    try {
      return new StoppedNode(
          directory, NodeConfig.of(Map.of("node.data_dir", directory.toString())));
    } catch (ConfigException | StorageOpenException unusable) {
      throw new NodeStartException(
          String.valueOf(unusable.getMessage()), NodeStartException.FAILED, unusable);
    }
  }

  /**
   * What it knows of the metadata group.
   *
   * @throws NodeStartException if it was never part of a cluster, or cannot be read
   */
  public Metadata metadata() throws NodeStartException {
    return metadata(identity(), inspect(image()));
  }

  /**
   * Makes it the only voter, durably. All others follow it once it is started.
   *
   * @param newest where the log of the best survivor ends
   * @param by the user who does this, for the record
   * @throws NodeStartException if it cannot or must not be; nothing was changed then
   */
  public Metadata recover(Place newest, String by) throws NodeStartException {
    Identity identity = identity();
    RaftStore.Image image = image();
    Place own = Place.of(inspect(image).last());
    if (own.compareTo(newest) < 0) {
      throw refusal(
          ("the log in %s ends at %s, and another survivor's at %s: that one may have acted upon"
                  + " what this one never heard of. Recover from the survivor whose log ends"
                  + " highest")
              .formatted(directory, own, newest));
    }
    if (own.compareTo(newest) > 0) {
      throw refusal(
          ("the log in %s ends at %s, which is beyond %s: give the highest end of log of all"
                  + " survivors, this one included")
              .formatted(directory, own, newest));
    }
    LostMajority.Recovered recovered;
    try {
      recovered =
          LostMajority.recover(
              identity.node(),
              image,
              (int) SeededRandomness.unrepeatable().nextLong(),
              clock.wallMillis(),
              by,
              ThisRelease.get());
    } catch (RuntimeException impossible) {
      throw refusal(String.valueOf(impossible.getMessage()));
    }
    if (recovered.state().locks().isFounded()) {
      // First: a recovery that was interrupted in between is done again, from a later generation.
      RaftStore.Change ofLocks =
          LocksRecovery.recover(identity.node(), locks(), recovered.record().generation());
      save(saved -> storage.locks(lane).save(ofLocks, saved));
    }
    DiskMark mark = storage.diskMark(lane).load();
    if (mark.setBack()) {
      // Its operator takes it for the best that is left, with what it lacks.
      save(saved -> storage.diskMark(lane).save(new DiskMark(mark.latest(), false), saved));
    }
    save(saved -> storage.raft(lane).save(recovered.change(), saved));
    return metadata();
  }

  private Identity identity() throws NodeStartException {
    Identity identity = storage.identity().load();
    if (identity == null || identity.cluster() == null) {
      throw refusal(
          "the node of data directory %s was never part of a cluster".formatted(directory));
    }
    return identity;
  }

  private RaftStore.Image image() throws NodeStartException {
    try {
      return storage.raft(lane).load();
    } catch (StorageOpenException unreadable) {
      throw new NodeStartException(
          String.valueOf(unreadable.getMessage()), NodeStartException.FAILED, unreadable);
    }
  }

  private RaftStore.Image locks() throws NodeStartException {
    try {
      return storage.locks(lane).load();
    } catch (StorageOpenException unreadable) {
      throw new NodeStartException(
          String.valueOf(unreadable.getMessage()), NodeStartException.FAILED, unreadable);
    }
  }

  private GroupRecord inspect(RaftStore.Image image) throws NodeStartException {
    try {
      return LostMajority.inspect(image);
    } catch (RuntimeException unreadable) {
      throw refusal(
          "the metadata in %s cannot be read: %s".formatted(directory, unreadable.getMessage()));
    }
  }

  private static NodeStartException refusal(String message) {
    return new NodeStartException(message, NodeStartException.FAILED);
  }

  private static Metadata metadata(Identity identity, GroupRecord record) {
    return new Metadata(
        String.valueOf(identity.cluster()),
        identity.node().toString(),
        record.term(),
        Place.of(record.last()),
        Place.of(record.applied()),
        peers(record.membership().voters(), record),
        peers(record.membership().learners(), record),
        record.state().recoveries().stream().map(StoppedNode::recovery).toList(),
        record.state().tenants().values().stream()
            .map(tenant -> new KnownTenant(tenant.name(), tenant.id()))
            .toList());
  }

  private static List<Peer> peers(Collection<NodeId> nodes, GroupRecord record) {
    List<Peer> peers = new ArrayList<>();
    for (NodeId node : nodes) {
      Member member = record.state().members().get(node);
      peers.add(
          member == null
              ? new Peer(node.toString(), "", "")
              : new Peer(node.toString(), member.address(), member.name()));
    }
    return peers;
  }

  private static Recovery recovery(GroupRecovery each) {
    return new Recovery(
        Long.toHexString(each.generation()),
        each.survivor().toString(),
        new Place(each.term(), each.index()),
        each.atMillis(),
        each.by(),
        each.voters().stream().map(NodeId::toString).toList());
  }

  private void save(Consumer<PutCallback> change) throws NodeStartException {
    CompletableFuture<String> saved = new CompletableFuture<>();
    lane.execute(
        () ->
            change.accept(
                new PutCallback() {
                  @Override
                  public void stored() {
                    boolean unused = saved.complete("");
                  }

                  @Override
                  public void failed(StorageFault fault) {
                    boolean unused = saved.complete(fault.message());
                  }
                }));
    String failure;
    try {
      failure = saved.get(SAVED_WITHIN_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException late) {
      failure = "the disk did not take it within %d s".formatted(SAVED_WITHIN_SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      failure = "interrupted";
    }
    if (!failure.isEmpty()) {
      throw refusal(
          "the recovery could not be saved in %s: %s. Look with 'quorate metadata inspect' at whether"
                  .formatted(directory, failure)
              + " it was nevertheless");
    }
  }

  @Override
  public void close() {
    closing.closeAll();
  }
}
