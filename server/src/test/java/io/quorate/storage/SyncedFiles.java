package io.quorate.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Which files and directories this process syncs, as Java's flight recorder sees it. */
public final class SyncedFiles {
  private static final String SYNC = "jdk.FileForce";

  private SyncedFiles() {}

  /** Something that writes. */
  public interface Writing {
    void run() throws IOException;
  }

  /** Returns what was synced below a directory, and the directory itself, in order. */
  public static List<Path> during(Path directory, Writing writing) throws IOException {
    Path seen = Files.createTempFile("synced", ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable(SYNC).withoutThreshold().withoutStackTrace();
      recording.start();
      writing.run();
      recording.stop();
      recording.dump(seen);
      return RecordingFile.readAllEvents(seen).stream()
          .filter(event -> event.getEventType().getName().equals(SYNC))
          .sorted(Comparator.comparing(RecordedEvent::getStartTime))
          .map(event -> Path.of(event.getString("path")))
          .filter(path -> path.startsWith(directory))
          .toList();
    } finally {
      Files.delete(seen);
    }
  }
}
