package io.quorate.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.WriteOptions;
import io.quorate.jobs.FakeKeys.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class JobsTest {
  private final FakeKeys keys = new FakeKeys();
  private final HandMovedClock clock = new HandMovedClock("2026-11-25T00:30:00Z");
  private final Jobs jobs = new Jobs(new JobStore(keys, "t"), clock);

  private static Job.Builder job(String name) {
    return Job.named(name, "k", Schedule.cron("0 * * * *"));
  }

  @Test
  void creatingAJobAgainLeavesItAsItIs() {
    assertThat(jobs.create(job("j").payload("first").build())).isTrue();
    assertThat(jobs.runNow("j")).isTrue();
    assertThat(jobs.create(job("j").payload("second").build())).isFalse();
    JobStatus shown = jobs.show("j").orElseThrow();
    assertThat(shown.job().payload()).isEqualTo("first");
    assertThat(shown.asked()).isPresent();
    assertThat(shown.next()).contains(Instant.parse("2026-11-25T01:00:00Z"));
  }

  @Test
  void whatIsNotThereIsNotChanged() {
    assertThat(jobs.update(job("j").build())).isFalse();
    assertThat(jobs.pause("j")).isFalse();
    assertThat(jobs.resume("j")).isFalse();
    assertThat(jobs.runNow("j")).isFalse();
    assertThat(jobs.show("j")).isEmpty();
    jobs.delete("j");
    assertThat(jobs.list()).isEmpty();
  }

  /** Each change is made of what was read, and made again of what is there. */
  @Test
  void noChangeIsLostToAnother() {
    assertThat(jobs.create(job("j").build())).isTrue();
    AtomicBoolean first = new AtomicBoolean(true);
    keys.fault =
        () -> {
          if (first.getAndSet(false)) {
            assertThat(jobs.update(job("j").payload("new").build())).isTrue();
          }
          return Fault.NONE;
        };
    assertThat(jobs.pause("j")).isTrue();
    JobStatus shown = jobs.show("j").orElseThrow();
    assertThat(shown.enabled()).isFalse();
    assertThat(shown.job().payload()).isEqualTo("new");
  }

  @Test
  void jobsAreListedByNameWithoutThoseThatCannotBeRead() {
    for (String name : new String[] {"b/2", "b/1", "a"}) {
      assertThat(jobs.create(job(name).build())).isTrue();
    }
    keys.put("job/b/3", "{\"format\":2}", WriteOptions.DEFAULT.tenant("t"));
    assertThat(jobs.list("b/")).extracting(each -> each.job().name()).containsExactly("b/1", "b/2");
    assertThat(jobs.list()).hasSize(3);
    assertThatThrownBy(() -> jobs.show("b/3")).isInstanceOf(UnreadableJobException.class);
    assertThatThrownBy(() -> jobs.pause("b/3")).isInstanceOf(UnreadableJobException.class);
  }

  @Test
  void whatAJobMayNotBeIsRefused() {
    for (String name : new String[] {"", "a b", "-a", "\u001b[2J", "x".repeat(129)}) {
      assertThatThrownBy(() -> job(name)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> jobs.show(name)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> job("j").payload("x".repeat(65_537)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> job("j").attempts(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> job("j").history(101)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> job("j").retryAfter(Duration.ofDays(2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MissedRuns.each(0)).isInstanceOf(IllegalArgumentException.class);
    Job whole = job("j").payload("p").attempts(7).missed(MissedRuns.each(2)).history(9).build();
    assertThat(whole.toBuilder().build()).isEqualTo(whole).hasSameHashCodeAs(whole);
  }
}
