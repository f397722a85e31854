package io.quorate.cli.backup.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.backup.Runs;
import io.quorate.cli.backup.file.CheckedJson;
import io.quorate.cli.backup.file.DamagedException;
import io.quorate.cli.backup.file.FileEntry;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.file.Segment;
import io.quorate.cli.backup.file.TenantEntry;
import io.quorate.cli.backup.run.FakeBackups;
import io.quorate.cli.backup.run.RunLimits;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of damage is found, and the file is named. */
class VerificationTest {
  @TempDir private Path directory;

  private BackupStore store = Runs.at(Path.of(""));
  private Manifest manifest =
      new Manifest("", 1, "", "", "", "", 1, 1, false, null, null, null, List.of(), List.of());

  @BeforeEach
  void create() throws Exception {
    FakeBackups cluster = new FakeBackups(2, 5).tenant("default").tenant("orders");
    Runs.fill(cluster, "default", 4, 20);
    Runs.fill(cluster, "orders", 25, 20);
    store = Runs.at(directory.resolve("a"));
    manifest =
        Runs.create(cluster, store, new RunLimits(1, 0, java.time.Duration.ZERO), 200).manifest();
    assertThat(manifest.files()).hasSizeGreaterThan(1);
    assertThat(Runs.faults(store)).isEmpty();
  }

  private Path file(String name) {
    return directory.resolve("a").resolve(name);
  }

  private Path data() {
    return file(manifest.files().getLast().name());
  }

  private void requireOneFault(Path of, String how) throws Exception {
    assertThat(Runs.faults(store))
        .singleElement()
        .asString()
        .contains(String.valueOf(of.getFileName()), how);
  }

  @Test
  void anyByteThatIsFlipped() throws Exception {
    byte[] whole = Files.readAllBytes(data());
    for (int i = 0; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 1;
      Files.write(data(), damaged);
      requireOneFault(data(), "");
    }
  }

  @Test
  void anyByteOfTheManifestThatIsFlipped() throws IOException {
    byte[] whole = Files.readAllBytes(file(FileNames.MANIFEST));
    for (int i = 0; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 1;
      Files.write(file(FileNames.MANIFEST), damaged);
      assertThatThrownBy(() -> Manifest.read(store))
          .as("byte %d", i)
          .isInstanceOf(DamagedException.class)
          .hasMessageContaining(FileNames.MANIFEST);
    }
  }

  @Test
  void fileThatIsMissing() throws Exception {
    Files.delete(data());
    requireOneFault(data(), "is missing");
  }

  @Test
  void fileThatIsShorterOrLonger() throws Exception {
    byte[] whole = Files.readAllBytes(data());
    for (int length = 0; length < whole.length; length++) {
      Files.write(data(), Arrays.copyOf(whole, length));
      requireOneFault(data(), "has %d bytes, and was written with".formatted(length));
    }
    Files.write(data(), Arrays.copyOf(whole, whole.length + 1));
    requireOneFault(data(), "bytes, and was written with");
  }

  /** Each is whole, and in the place of another one. */
  @Test
  void filesThatAreExchanged() throws Exception {
    Path first = file(manifest.files().getFirst().name());
    byte[] kept = Files.readAllBytes(first);
    Files.write(first, Files.readAllBytes(data()));
    Files.write(data(), kept);
    assertThat(Runs.faults(store)).hasSize(2);
  }

  private List<String> faultsWith(List<FileEntry> files) throws Exception {
    return faultsWith(files, manifest.tenants());
  }

  /** As a program would write it that is wrong, and not as a disk damages it. */
  private List<String> faultsWith(List<FileEntry> files, List<TenantEntry> tenants)
      throws Exception {
    CheckedJson.put(
        store,
        FileNames.MANIFEST,
        new Manifest(
            manifest.kind(),
            manifest.id(),
            manifest.name(),
            manifest.began(),
            manifest.ended(),
            manifest.clusterId(),
            manifest.clusterVersion(),
            manifest.partitions(),
            false,
            manifest.exact(),
            manifest.base(),
            manifest.access(),
            tenants,
            files),
        false);
    return Runs.faults(store);
  }

  /** Its blocks are whole, and still it is not the file that was written. */
  @Test
  void fileWithAnotherChecksum() throws Exception {
    List<FileEntry> files = new ArrayList<>(manifest.files());
    FileEntry last = files.removeLast();
    files.add(
        new FileEntry(
            last.name(), last.bytes(), "00" + last.sha256(), last.records(), last.segments()));
    assertThat(faultsWith(files))
        .containsExactly(last.name() + ": has another SHA-256 than the manifest says");
    files.set(
        files.size() - 1,
        new FileEntry(
            last.name(), last.bytes(), last.sha256(), last.records() + 1, last.segments()));
    assertThat(faultsWith(files)).singleElement().asString().startsWith(last.name() + ": has ");
  }

  @Test
  void partitionThatIsInNoFile() throws Exception {
    List<FileEntry> files = manifest.files();
    assertThat(faultsWith(files.subList(0, files.size() - 1)))
        .anyMatch(
            each -> each.matches("manifest.json: no file has partition \\d of tenant '.*'.*"));
    assertThat(faultsWith(files.subList(1, files.size())))
        .anyMatch(
            each -> each.matches("manifest.json: no file has partition 0 of tenant 'default'"));
  }

  @Test
  void partitionThatIsThereTwice() throws Exception {
    List<FileEntry> files = new ArrayList<>(manifest.files());
    files.add(files.getFirst());
    assertThat(faultsWith(files)).anyMatch(each -> each.contains("is there twice"));
  }

  private static Segment changed(Segment of, int partition, String after, long records) {
    return new Segment(
        of.tenant(),
        partition,
        after,
        of.next(),
        records,
        of.bytes(),
        of.potentiallyStale(),
        of.at(),
        of.hlc(),
        of.asInBase());
  }

  private List<String> faultsWithLast(Segment segment) throws Exception {
    List<FileEntry> files = new ArrayList<>(manifest.files());
    FileEntry last = files.removeLast();
    List<Segment> segments = new ArrayList<>(last.segments());
    segments.set(segments.size() - 1, segment);
    long records = segments.stream().mapToLong(Segment::records).sum();
    files.add(new FileEntry(last.name(), last.bytes(), last.sha256(), records, segments));
    return faultsWith(files);
  }

  @Test
  void recordsThatAreNotThoseOfTheManifest() throws Exception {
    Segment last = manifest.files().getLast().segments().getLast();
    assertThat(last.records()).isPositive();
    String name = manifest.files().getLast().name();
    assertThat(faultsWithLast(changed(last, last.partition(), last.after(), last.records() + 1)))
        .anyMatch(each -> each.equals(name + ": has 1 records fewer than the manifest says"));
    assertThat(faultsWithLast(changed(last, last.partition(), last.after(), last.records() - 1)))
        .anyMatch(each -> each.startsWith(name + ": has records of partition"));
    assertThat(faultsWithLast(changed(last, 1 - last.partition(), last.after(), last.records())))
        .anyMatch(each -> each.startsWith(name + ": has records of partition"));
    byte[] high = new byte[20];
    Arrays.fill(high, (byte) 0xFF);
    assertThat(faultsWithLast(changed(last, last.partition(), Segment.text(high), last.records())))
        .anyMatch(each -> each.startsWith(name + ": has keys out of order"));
  }

  @Test
  void tenantWithOtherNumbersOfKeys() throws Exception {
    List<TenantEntry> tenants =
        manifest.tenants().stream()
            .map(
                each ->
                    new TenantEntry(
                        each.name(),
                        each.id(),
                        each.replicationFactor(),
                        each.settings(),
                        each.keys() + 1,
                        each.bytes(),
                        false,
                        each.oneMoment()))
            .toList();
    assertThat(faultsWith(manifest.files(), tenants))
        .hasSize(2)
        .allMatch(each -> each.contains("keys, and its files have"));
  }

  @Test
  void whatIsNoBackup() throws Exception {
    assertThatThrownBy(() -> Manifest.read(Runs.at(directory.resolve("b"))))
        .hasMessage(
            directory.resolve("b")
                + ": there is no backup. 'quorate backup list' of the directory above it prints"
                + " those that are there");
    Files.delete(file(FileNames.MANIFEST));
    assertThatThrownBy(() -> Manifest.read(store)).hasMessageContaining("is not finished");
  }
}
