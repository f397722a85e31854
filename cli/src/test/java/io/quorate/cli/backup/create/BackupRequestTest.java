package io.quorate.cli.backup.create;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.backup.run.RunLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What people type when a backup has stopped has to be of the same backup. */
class BackupRequestTest {
  private static BackupRequest of(List<String> tenants, boolean exact, @Nullable Instant asOf) {
    return new BackupRequest(
        "nightly",
        tenants,
        exact,
        asOf,
        new BaseChoice.None(),
        new RunLimits(1, 0, Duration.ofMinutes(1)),
        "");
  }

  @Test
  void theTenantsAreNamedAgain() {
    List<String> tenants = List.of("orders", "carts");
    String named = " --tenant orders --tenant carts --name nightly";
    assertThat(of(tenants, false, null).goOn()).contains("run it again with" + named + " to go on");
    assertThat(of(tenants, true, null).goOnWithCut())
        .startsWith("run it again with --exact" + named);
    Instant past = Instant.parse("2026-11-27T10:41:00.250Z");
    assertThat(of(tenants, true, past).goOn())
        .startsWith("run it again with --as-of 2026-11-27T10:41:00.250Z" + named);
    assertThat(of(List.of(), true, null).goOn()).startsWith("run it again with --exact --name");
  }
}
