package io.quorate.sim.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.check.linear.History;
import io.quorate.sim.check.linear.Linearizability;
import io.quorate.sim.check.linear.Verdict;
import io.quorate.sim.workload.TenantModel.Alter;
import io.quorate.sim.workload.TenantModel.Create;
import io.quorate.sim.workload.TenantModel.Decided;
import io.quorate.sim.workload.TenantModel.Input;
import io.quorate.sim.workload.TenantModel.Look;
import io.quorate.sim.workload.TenantModel.Output;
import io.quorate.sim.workload.TenantModel.Seen;
import io.quorate.sim.workload.TenantModel.Settings;
import org.junit.jupiter.api.Test;

/** What operators may be told of a tenant, and what not. */
class TenantModelTest {
  private final History<String, Input, Output> history = new History<>();

  @Test
  void tenantThatIsCreatedAlteredAndLookedAt() {
    told(new Look(), new Seen(new Settings(Settings.NONE)));
    told(new Alter(2), new Decided(false));
    told(new Create(1), new Decided(true));
    told(new Create(2), new Decided(false));
    told(new Alter(2), new Decided(true));
    told(new Look(), new Seen(new Settings(2)));

    assertThat(verdict()).isInstanceOf(Verdict.Linearizable.class);
  }

  @Test
  void lookThatMissesWhatWasDecided() {
    told(new Create(1), new Decided(true));
    told(new Alter(2), new Decided(true));
    told(new Look(), new Seen(new Settings(1)));

    assertThat(verdict()).isInstanceOf(Verdict.Illegal.class);
  }

  @Test
  void tenantCreatedTwice() {
    told(new Create(1), new Decided(true));
    told(new Create(2), new Decided(true));

    assertThat(verdict()).isInstanceOf(Verdict.Illegal.class);
  }

  private void told(Input input, Output output) {
    history.end(history.begin("tenant", "operator", input), output);
  }

  private Verdict verdict() {
    return new Linearizability<>(new TenantModel(), 1_000).check(history);
  }
}
