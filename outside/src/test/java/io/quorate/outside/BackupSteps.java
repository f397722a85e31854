package io.quorate.outside;

import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.BackupCut;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How far a backup is that one command makes with {@code --parallel 1}, as its files show it. */
final class BackupSteps {
  private static final Duration LOOK_EVERY = Duration.ofMillis(2);

  private final QuorateClient client;
  private final Path backup;

  /** The newest cut before the backup was begun. */
  private final long cutBefore;

  /** In the order in which a backup comes to them. */
  enum Step {
    BEFORE_THE_CUT,
    CUT_BEING_MADE,
    SEALED,
    PAGES_READ,
    BEFORE_THE_MANIFEST,
    FINISHED
  }

  /** Of a backup that is about to begin. */
  BackupSteps(QuorateClient client, Path backup) {
    this.client = client;
    this.backup = backup;
    BackupCut newest = newest();
    this.cutBefore = newest == null ? 0 : newest.id();
  }

  private @Nullable BackupCut newest() {
    try {
      return Administration.of(client).backups().cut(0);
    } catch (QuorateException none) {
      return null; // there never was one, or no node answers now
    }
  }

  Step now() {
    List<String> files = files();
    if (files.contains("manifest.json")) {
      return Step.FINISHED;
    }
    if (files.stream().anyMatch(name -> name.matches("data-\\d+\\.qb"))) {
      return Step.BEFORE_THE_MANIFEST;
    }
    if (files.stream().anyMatch(name -> name.startsWith("data-"))) {
      return Step.PAGES_READ;
    }
    BackupCut newest = newest();
    if (newest == null || newest.id() == cutBefore) {
      return Step.BEFORE_THE_CUT;
    }
    return newest.step() == BackupCut.Step.BEGUN ? Step.CUT_BEING_MADE : Step.SEALED;
  }

  private List<String> files() {
    if (!Files.isDirectory(backup)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(backup)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns when the backup has come to a step, or further, or its command has ended. */
  void await(Step step, CommandLine.Running command) {
    while (command.isAlive() && now().compareTo(step) < 0) {
      Waiting.pass(LOOK_EVERY);
    }
  }
}
