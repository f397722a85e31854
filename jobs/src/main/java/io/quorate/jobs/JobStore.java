package io.quorate.jobs;

import io.quorate.client.Condition;
import io.quorate.client.GetResult;
import io.quorate.client.ReadOptions;
import io.quorate.client.Scan;
import io.quorate.client.ScanEntry;
import io.quorate.client.ScanOptions;
import io.quorate.client.Version;
import io.quorate.client.WriteOptions;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The keys of jobs in a tenant with linearizable keys. Each write of one is a compare-and-set. */
final class JobStore {
  private static final String PREFIX = "job/";

  private final JobKeys keys;
  private final String tenant;
  private final JobCodec codec = new JobCodec();

  /** A state, and the version of the key that has it. */
  record Stored(JobState state, Version version) {}

  JobStore(JobKeys keys, String tenant) {
    this.keys = keys;
    this.tenant = tenant;
  }

  String tenant() {
    return tenant;
  }

  /** The lock that the instance holds which runs the job. */
  String lock(String job) {
    return lockPrefix() + job;
  }

  String lockPrefix() {
    return PREFIX + tenant + "/";
  }

  Optional<Stored> read(String job) {
    return read(job, ReadOptions.DEFAULT);
  }

  /** Reads; from then on no instance with a lower token changes the key. */
  Optional<Stored> readFencedBy(long token, String job) {
    return read(job, ReadOptions.DEFAULT.fencedBy(token));
  }

  private Optional<Stored> read(String job, ReadOptions options) {
    GetResult found = keys.get(PREFIX + job, options.tenant(tenant));
    return found.found()
        ? Optional.of(stored(found.bytes(), Objects.requireNonNull(found.version())))
        : Optional.empty();
  }

  private Stored stored(byte[] value, Version version) {
    return new Stored(codec.read(value), version);
  }

  void create(JobState state) {
    Version unused = put(state, write().onlyIf(Condition.absent()));
  }

  Version replace(Version expected, JobState state) {
    return put(state, write().onlyIf(Condition.version(expected)));
  }

  Version replaceFencedBy(long token, Version expected, JobState state) {
    return put(state, write().onlyIf(Condition.version(expected)).fencedBy(token));
  }

  private Version put(JobState state, WriteOptions options) {
    return keys.put(PREFIX + state.job().name(), codec.write(state), options).version();
  }

  void delete(String job) {
    Object unused = keys.delete(PREFIX + job, write());
  }

  /** Reads all jobs whose names begin so; one that cannot be read is told apart. */
  void scan(
      String prefix, Consumer<JobState> each, BiConsumer<String, UnreadableJobException> broken) {
    try (Scan scan = keys.scan(PREFIX + prefix, ScanOptions.DEFAULT.tenant(tenant))) {
      while (scan.hasNext()) {
        ScanEntry entry = scan.next();
        try {
          each.accept(codec.read(entry.value()));
        } catch (UnreadableJobException unreadable) {
          broken.accept(entry.keyText().substring(PREFIX.length()), unreadable);
        }
      }
    }
  }

  private WriteOptions write() {
    return WriteOptions.DEFAULT.tenant(tenant);
  }
}
