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
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One backup that cannot be read, or is deleted meanwhile, does not keep others from being seen.
 */
class NewestBackupTest {
  @TempDir private Path directory;

  private final FakeBackups cluster = new FakeBackups(4, 5).tenant("default");

  /** Where reading a manifest for the n-th time fails. */
  private final class Failing implements BackupPlace {
    private final BackupPlace place = new DirectoryPlace(directory);
    private final String of;
    private final boolean denied;
    private int left;

    /**
     * @param denied the user may not read it; else it is gone, as object storage says it
     */
    Failing(String of, int read, boolean denied) {
      this.of = of;
      this.left = read;
      this.denied = denied;
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
      if (!name.equals(of)) {
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
                  if (denied) {
                    throw new AccessDeniedException(name);
                  }
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
        NewestBackup.at(
            new Failing("newer", read, false), List.of(), Instant.now().plusSeconds(3600));
    assertThat(newest.found().orElseThrow().backup().name()).isEqualTo("older");
    assertThat(newest.passedOver()).hasSize(1).first().extracting("name").isEqualTo("newer");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void oneThatMayNotBeReadDoesNotCount(int read) throws Exception {
    Runs.create(cluster, Runs.at(directory.resolve("older")));
    cluster.pass(60_000);
    Runs.create(cluster, Runs.at(directory.resolve("newer")));
    NewestBackup newest =
        NewestBackup.at(
            new Failing("newer", read, true), List.of(), Instant.now().plusSeconds(3600));
    assertThat(newest.found().orElseThrow().backup().name()).isEqualTo("older");
    assertThat(newest.passedOver())
        .containsExactly(
            new NewestBackup.PassedOver(
                "newer", read == 1 ? "unreadable" : "cannot be read: newer: permission denied"));
  }
}
