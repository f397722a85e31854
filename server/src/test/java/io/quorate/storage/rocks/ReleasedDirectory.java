package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.Member;
import io.quorate.metadata.MetadataState;
import io.quorate.model.ClusterId;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.raft.Entry;
import io.quorate.raft.EntryId;
import io.quorate.raft.EntryType;
import io.quorate.raft.Membership;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoops;
import io.quorate.storage.Answers.PutAnswer;
import io.quorate.storage.HintStore;
import io.quorate.storage.HintStore.DeadLetter;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.HintStore.Kept;
import io.quorate.storage.HintStore.Lack;
import io.quorate.storage.HintStore.Missed;
import io.quorate.storage.IdentityStore.Identity;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A data directory with something of everything that a node keeps on its disk: identity, records,
 * hints and what else is owed, arrivals, hash trees, the metadata log and its snapshot. Written
 * once by each release, and never again; see {@link ReleasedDirectoryTest}.
 */
final class ReleasedDirectory {
  static final Identity IDENTITY = new Identity(new NodeId(5), 4, new ClusterId(9));
  static final NodeId OTHER = new NodeId(6);
  static final int TENANT = 7;
  static final Version VERSION = new Version(0, 1L << 40, new NodeId(5), 4);
  static final Version FENCED = new Version(3, 1L << 41, new NodeId(6), 2);
  static final Record VALUE = Record.value(VERSION, 11, 0, bytes("value"));
  static final Record EXPIRES = Record.value(FENCED, 12, 1_900_000_000_000L, bytes("expires"));
  static final Record DELETED = Record.tombstone(VERSION, 13);
  static final Kept HINT = new Kept(new Hint(OTHER, 3, key("hinted")), new Missed(11, 1L << 40));
  static final Kept HINT_OF_UNKNOWN =
      new Kept(new Hint(OTHER, 4, key("hinted too")), Missed.UNKNOWN);
  static final DeadLetter LETTER =
      new DeadLetter(
          new Hint(OTHER, 3, key("dead")), new Missed(9, 1L << 39), 1_700_000_000_000L, "too old");
  static final Map<Integer, byte[]> TREES = Map.of(0, new byte[] {1}, 300, new byte[] {2, 3});
  static final RaftStore.HardState HARD_STATE = new RaftStore.HardState(4, 6);
  static final Membership VOTERS =
      Membership.of(List.of(new NodeId(5), OTHER), List.of(new NodeId(8)));
  static final Entry ENTRY = new Entry(new EntryId(2, 4), EntryType.MEMBERSHIP, VOTERS.encode());

  private ReleasedDirectory() {}

  /** The state that the snapshot of the metadata holds. */
  static ClusterState state() {
    return Genesis.create(
        new ClusterId(9),
        Stream.of(5, 6)
            .map(
                id ->
                    new Member(
                        new NodeId(id),
                        "node-" + id + ":7401",
                        "r",
                        "z" + id,
                        1,
                        id,
                        new Release("0.1.0", 1, 1),
                        Member.State.ACTIVE))
            .toList(),
        16);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static Key key(String text) {
    return new Key(TENANT, bytes(text));
  }

  /**
   * @param args the zip file to write
   */
  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory("released");
    EventLoops loops = EventLoops.start(1, "writer", Throwable::printStackTrace);
    Lane lane = loops.lanes().getFirst();
    // Two runs, so that there are tables and logs.
    write(directory, lane, storage -> first(storage, lane));
    write(directory, lane, storage -> second(storage, lane));
    loops.close();
    zip(directory, Path.of(args[0]));
  }

  private static void write(Path directory, Lane lane, Consumer<RocksStorage> what)
      throws Exception {
    try (RocksStorage storage = DirectoryImage.open(directory)) {
      what.accept(storage);
      CompletableFuture<Void> handedIn = new CompletableFuture<>();
      lane.execute(
          () -> {
            storage.hints(lane).markRepair(OTHER, 8, Lack.KNOWN, new PutAnswer());
            storage.trees(lane).leave(new byte[] {1}, TREES);
            handedIn.complete(null);
          });
      Void unused = handedIn.get(60, TimeUnit.SECONDS); // closing writes what waits
    }
  }

  private static void first(RocksStorage storage, Lane lane) {
    storage.identity().save(new Identity(IDENTITY.node(), 3, IDENTITY.cluster()));
    lane.execute(
        () -> {
          storage
              .raft(lane)
              .save(
                  new RaftStore.Change(
                      HARD_STATE,
                      new RaftStore.Snapshot(
                          1,
                          1,
                          new io.quorate.raft.Snapshot(
                                  new EntryId(1, 1), VOTERS, MetadataState.of(state()).encode())
                              .body()),
                      false,
                      List.of(new RaftStore.LogEntry(2, 4, ENTRY.body()))),
                  new PutAnswer());
          RecordStore records = storage.records(lane);
          records.put(3, key("value"), VALUE, new PutAnswer());
          records.put(3, key("deleted"), DELETED, new PutAnswer());
        });
  }

  private static void second(RocksStorage storage, Lane lane) {
    storage.identity().save(IDENTITY);
    lane.execute(
        () -> {
          storage.records(lane).put(300, key("expires"), EXPIRES, new PutAnswer());
          storage.arrivals(lane).save(300, 12, new PutAnswer());
          HintStore hints = storage.hints(lane);
          hints.add(HINT, new PutAnswer());
          hints.add(HINT_OF_UNKNOWN, new PutAnswer());
          hints.add(new Kept(LETTER.hint(), LETTER.missed()), new PutAnswer());
          hints.bury(LETTER, new PutAnswer());
          hints.pause(OTHER, true, new PutAnswer());
        });
  }

  private static void zip(Path directory, Path file) throws IOException {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file));
        Stream<Path> files = Files.walk(directory)) {
      for (Path each : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = directory.relativize(each).toString();
        if (name.contains("LOG") || name.contains("OPTIONS")) {
          continue; // what RocksDB tells people, which it does not read
        }
        out.putNextEntry(new ZipEntry(name));
        Files.copy(each, out);
        out.closeEntry();
      }
    }
  }
}
