package io.quorate.cli.backup.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.backup.Runs;
import io.quorate.cli.backup.run.FakeBackups;
import io.quorate.cli.backup.store.BackupPlace;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.DirectoryPlace;
import io.quorate.cli.backup.store.FileNames;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An old backup that is deleted meanwhile is no reason to fail: another line of cron does so. */
class NewestBackupTest {
  @TempDir private Path directory;

  private final FakeBackups cluster = new FakeBackups(4, 5).tenant("default");

  /** Where a manifest is gone when it is read for the n-th time, as object storage says it. */
  private final class Deleting implements BackupPlace {
    private final BackupPlace place = new DirectoryPlace(directory);
    private final String deleted;
    private int left;

    Deleting(String deleted, int read) {
      this.deleted = deleted;
      this.left = read;
    }

    @Override
    public String place() {
      return place.place();
    }

    @Override
    public boolean isThere() throws IOException {
      return place.isThere();
    }

    @Override
    public List<String> names() throws IOException {
      return place.names();
    }

    @Override
    public BackupStore backup(String name) {
      BackupStore store = place.backup(name);
      if (!name.equals(deleted)) {
        return store;
      }
      return (BackupStore)
          Proxy.newProxyInstance(
              BackupStore.class.getClassLoader(),
              new Class<?>[] {BackupStore.class},
              (proxy, method, arguments) -> {
                if (method.getReturnType() == InputStream.class
                    && arguments[0].equals(FileNames.MANIFEST)
                    && --left <= 0) {
                  Files.deleteIfExists(directory.resolve(name).resolve(FileNames.MANIFEST));
                  throw new IOException(name + ": there is no object of that name");
                }
                try {
                  return method.invoke(store, arguments);
                } catch (InvocationTargetException failed) {
                  throw failed.getCause();
                }
              });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void oneThatIsDeletedMeanwhileDoesNotCount(int read) throws Exception {
    Runs.create(cluster, Runs.at(directory.resolve("older")));
    cluster.pass(60_000);
    Runs.create(cluster, Runs.at(directory.resolve("newer")));
    NewestBackup newest =
        NewestBackup.at(new Deleting("newer", read), List.of(), Instant.now().plusSeconds(3600));
    assertThat(newest.found().orElseThrow().backup().name()).isEqualTo("older");
    assertThat(newest.passedOver()).hasSize(1).first().extracting("name").isEqualTo("newer");
  }
}
