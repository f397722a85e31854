package io.quorate.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.quorate.model.LogLevel;
import org.junit.jupiter.api.Test;

class LogbackLevelsTest {
  private final LoggerContext loggers = new LoggerContext();
  private final LogbackLevels levels = new LogbackLevels(loggers);

  @Test
  void aLoggerGoesBackToWhatItHadAtTheBeginning() {
    loggers.getLogger("io.quorate").setLevel(Level.WARN);
    loggers.getLogger("io.quorate.audit").setLevel(Level.INFO);
    levels.set("io.quorate", LogLevel.DEBUG);
    levels.set("io.quorate", LogLevel.TRACE);
    assertThat(loggers.getLogger("io.quorate.node").isTraceEnabled()).isTrue();
    assertThat(loggers.getLogger("io.quorate.audit").isDebugEnabled()).isFalse();
    assertThat(loggers.getLogger("io.grpc").getLevel()).isNull();
    levels.set("io.quorate", LogLevel.ERROR);
    assertThat(loggers.getLogger("io.quorate.audit").isInfoEnabled()).as("always kept").isTrue();
    levels.set("io.quorate.node", LogLevel.DEBUG);
    levels.set("io.quorate", null);
    assertThat(loggers.getLogger("io.quorate").getLevel()).isEqualTo(Level.WARN);
    assertThat(loggers.getLogger("io.quorate.node").isDebugEnabled()).isTrue();
    levels.set("io.quorate.node", null);
    assertThat(loggers.getLogger("io.quorate.node").getLevel()).isNull();
    assertThat(loggers.getLogger("io.quorate.node").isInfoEnabled()).isFalse();
  }
}
