package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.admin.ClusterAdmin.DiskUsage;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSpaceTest {
  /** df(1) says 31 % here, while only 28 % of all blocks are free for a node. */
  @Test
  void blocksThatAreReservedCountAsNeitherUsedNorFree() throws IOException {
    DiskUsage usage = DiskSpace.usageOf(new FileSystemOf(252, 220, 71));

    assertThat(usage).isEqualTo(new DiskUsage(252, 32, 71));
  }

  @Test
  void fileSystemIsFullOnceOnlyReservedBlocksAreLeft() throws IOException {
    DiskUsage usage = DiskSpace.usageOf(new FileSystemOf(100, 5, 0));

    assertThat(usage).isEqualTo(new DiskUsage(100, 95, 0));
  }

  @Test
  void usageIsThatOfTheFileSystemOfTheDirectory(@TempDir Path directory) throws IOException {
    DiskUsage usage = new DiskSpace(directory).usage();

    assertThat(usage.usedBytes()).isPositive();
    assertThat(usage.bytes()).isEqualTo(Files.getFileStore(directory).getTotalSpace());
    assertThat(usage.usedBytes() + usage.availableBytes()).isBetween(1L, usage.bytes());
  }

  @Test
  void usageOfADirectoryThatIsMissingIsUnknown(@TempDir Path directory) {
    assertThat(new DiskSpace(directory.resolve("missing")).usage()).isEqualTo(DiskUsage.UNKNOWN);
  }

  /** A file system with these sizes; unallocated blocks are free for the superuser only. */
  private static final class FileSystemOf extends FileStore {
    private final long total;
    private final long unallocated;
    private final long usable;

    FileSystemOf(long total, long unallocated, long usable) {
      this.total = total;
      this.unallocated = unallocated;
      this.usable = usable;
    }

    @Override
    public long getTotalSpace() {
      return total;
    }

    @Override
    public long getUnallocatedSpace() {
      return unallocated;
    }

    @Override
    public long getUsableSpace() {
      return usable;
    }

    @Override
    public String name() {
      return "disk";
    }

    @Override
    public String type() {
      return "ext4";
    }

    @Override
    public boolean isReadOnly() {
      return false;
    }

    @Override
    public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
      return false;
    }

    @Override
    public boolean supportsFileAttributeView(String name) {
      return false;
    }

    @Override
    public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
      return null;
    }

    @Override
    public Object getAttribute(String attribute) {
      throw new AssertionError(attribute + " was not expected to be asked for");
    }
  }
}
