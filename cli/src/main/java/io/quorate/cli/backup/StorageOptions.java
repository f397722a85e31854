package io.quorate.cli.backup;

import io.quorate.cli.backup.run.Reasons;
import io.quorate.cli.backup.store.BackupPlace;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.DirectoryPlace;
import io.quorate.cli.backup.store.DirectoryStore;
import io.quorate.cli.backup.store.S3Address;
import io.quorate.cli.backup.store.S3Bucket;
import io.quorate.cli.backup.store.S3Connection;
import io.quorate.cli.backup.store.S3Place;
import io.quorate.cli.backup.store.S3Store;
import io.quorate.cli.command.CommandFailedException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How places of backups are reached: a text is a directory, or a prefix of a bucket. */
final class StorageOptions {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--s3-endpoint",
      paramLabel = "URL",
      defaultValue = "${env:QUORATE_S3_ENDPOINT:-}",
      description =
          "Server of s3://..., if it is not that of AWS, such as https://minio.example:9000."
              + " Default: QUORATE_S3_ENDPOINT of the environment, or AWS")
  private String endpoint = "";

  @Option(
      names = "--s3-path-style",
      paramLabel = "true|false",
      completionCandidates = YesOrNo.class,
      description =
          "Name the bucket in the path of URLs, and not in the name of the host. Default: true"
              + " with --s3-endpoint, false with AWS")
  private @Nullable Boolean pathStyle;

  /** What a shell completes. */
  static final class YesOrNo implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("true", "false").iterator();
    }
  }

  /**
   * Returns a backup, of which it is not known whether there is one.
   *
   * @throws CommandFailedException if the place is a file, or a directory of backups
   */
  BackupStore backup(String place, boolean takeOver, Consumer<String> warnings) {
    PlaceFaults.requireNoManifest(place);
    if (S3Address.isOne(place)) {
      return new S3Store(bucket(), address(place), InstantSource.system(), takeOver, warnings);
    }
    PlaceFaults.requireBackup(Path.of(place));
    return new DirectoryStore(Path.of(place));
  }

  /** Returns a backup that is only read. */
  BackupStore backup(String place) {
    return backup(place, false, warning -> {});
  }

  /**
   * Returns a place of backups, of which it is not known whether it is there.
   *
   * @throws CommandFailedException if the place is a file
   */
  BackupPlace place(String place, boolean takeOver, Consumer<String> warnings) {
    if (S3Address.isOne(place)) {
      return new S3Place(bucket(), address(place), takeOver, warnings);
    }
    PlaceFaults.requireNoFile(Path.of(place));
    return new DirectoryPlace(Path.of(place));
  }

  /**
   * Returns a place of backups, which is only read.
   *
   * @throws CommandFailedException if it is a file, or not there
   */
  BackupPlace existingPlace(String place) throws IOException {
    return existingPlace(place, false, warning -> {});
  }

  /**
   * Returns a place of backups.
   *
   * @throws CommandFailedException if it is a file, or not there
   */
  BackupPlace existingPlace(String place, boolean takeOver, Consumer<String> warnings)
      throws IOException {
    BackupPlace found = place(place, takeOver, warnings);
    if (!found.isThere()) {
      throw Reasons.failed(
          "no such directory: "
              + place
              + ": give the one that 'quorate backup create --to' was given, and check that its"
              + " disk is mounted");
    }
    return found;
  }

  /**
   * Refuses a backup where backups are looked for.
   *
   * @throws CommandFailedException if the place is one
   */
  void requireNoBackup(String place) throws IOException {
    if (backup(place).holdsBackup()) {
      throw Reasons.failed(
          place + ": is a backup itself: give the directory that it is in, or verify it");
    }
  }

  private S3Address address(String place) {
    try {
      return S3Address.of(place);
    } catch (IllegalArgumentException malformed) {
      throw usage(String.valueOf(malformed.getMessage()));
    }
  }

  private S3Bucket bucket() {
    URI server = endpoint.isBlank() ? null : server(endpoint);
    boolean inPath = pathStyle == null ? server != null : pathStyle;
    // It is not closed: the process ends with the command.
    return new S3Bucket(
        S3Connection.client(server, inPath), server == null ? "AWS" : server.toString());
  }

  private URI server(String text) {
    try {
      URI server = URI.create(text);
      if (server.getHost() != null
          && ("http".equals(server.getScheme()) || "https".equals(server.getScheme()))) {
        return server;
      }
    } catch (IllegalArgumentException malformed) {
      // As below.
    }
    throw usage("--s3-endpoint " + text + ": give http://HOST:PORT or https://HOST:PORT");
  }

  private ParameterException usage(String message) {
    if (spec == null) {
      throw new IllegalStateException("options are used before the command line was read");
    }
    return new ParameterException(spec.commandLine(), message);
  }
}
