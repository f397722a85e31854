package io.quorate.cli.backup.store;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A bucket, or a prefix in one, below which each backup has a prefix of its own. */
public final class S3Place implements BackupPlace {
  private final S3Bucket bucket;
  private final S3Address address;
  private final boolean takeOver;
  private final Consumer<String> warnings;

  public S3Place(S3Bucket bucket, S3Address address, boolean takeOver, Consumer<String> warnings) {
    this.bucket = bucket;
    this.address = address;
    this.takeOver = takeOver;
    this.warnings = warnings;
  }

  @Override
  public String place() {
    return address.toString();
  }

  /** A prefix needs nothing that is there, and a bucket that is not there is a failure. */
  @Override
  public boolean isThere() throws IOException {
    bucket.holdsAnything(address);
    return true;
  }

  @Override
  public BackupStore backup(String name) {
    return new S3Store(bucket, address.below(name), InstantSource.system(), takeOver, warnings);
  }

  @Override
  public List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    for (String name : bucket.places(address)) {
      if (backup(name).holdsBackup()) {
        names.add(name);
      }
    }
    return names;
  }
}
