package io.quorate.node;

import io.quorate.admin.ClusterAdmin.TokenKeysState;
import io.quorate.event.Event;
import io.quorate.event.Gauge;
import io.quorate.metrics.Meters;
import io.quorate.node.config.NodeConfig;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.transport.access.ProviderTokens;
import io.quorate.transport.access.RuleBook;
import io.quorate.transport.token.KeyFile;
import io.quorate.transport.token.KeyPlace;
import io.quorate.transport.token.KeyServer;
import io.quorate.transport.token.KeySource;
import io.quorate.transport.token.KeyWatch;
import io.quorate.transport.token.TokenJudge;
import io.quorate.transport.token.TokenKeysException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How a node comes to take tokens of its identity provider, if it has one. */
final class NodeTokens {
  /** A file costs little, and is changed by those who want it to hold soon. */
  private static final Duration FILE_EVERY = Duration.ofSeconds(10);

  private static final Duration SERVER_EVERY = Duration.ofMinutes(5);

  private final NodeConfig.@Nullable Jwt config;
  private final Clock clock;
  private final @Nullable TokenJudge judge;
  private @Nullable KeyWatch watch;

  /**
   * @param events told on the lane
   */
  NodeTokens(NodeConfig.@Nullable Jwt config, Clock clock, Consumer<Event> events) {
    this.config = config;
    this.clock = clock;
    this.judge = config == null ? null : new TokenJudge(config.tokens(), clock, events);
  }

  ProviderTokens provider() {
    return judge == null ? ProviderTokens.NONE : judge;
  }

  /**
   * Makes what reads the provider's keys.
   *
   * @param apart reads them, and nothing else: a provider may take long
   * @throws IOException if a file of this machine cannot be used. Whether a server answers is not
   *     asked: a node starts also when it does not
   */
  void open(RuleBook rules, Lane lane, Executor apart, Consumer<Event> events) throws IOException {
    TokenJudge judged = judge;
    if (config == null || judged == null) {
      return;
    }
    boolean isFile = config.tokens().keys() instanceof KeyPlace.OfFile;
    KeyWatch opened =
        new KeyWatch(
            source(config),
            isFile ? FILE_EVERY : SERVER_EVERY,
            lane,
            apart,
            clock,
            keys -> {
              judged.follow(keys);
              rules.keysHaveChanged();
            },
            events);
    judged.ask(opened);
    watch = opened;
  }

  /**
   * Says where the keys are read from.
   *
   * @throws IOException if a file of this machine cannot be used
   */
  static KeySource source(NodeConfig.Jwt config) throws IOException {
    try {
      return switch (config.tokens().keys()) {
        case KeyPlace.OfFile(var file) -> {
          KeyFile keys = new KeyFile(file);
          keys.check();
          yield keys;
        }
        case KeyPlace.OfServer(var uri) -> {
          KeyServer server = new KeyServer(uri, config.authorities());
          server.check();
          yield server;
        }
      };
    } catch (TokenKeysException unusable) {
      throw new IOException(unusable.getMessage(), unusable);
    }
  }

  /** Begins to read the keys. On the lane. */
  void start() {
    KeyWatch opened = watch;
    if (opened != null) {
      opened.start();
    }
  }

  /** What came of the last reading of the keys. On the lane. */
  TokenKeysState keys() {
    KeyWatch opened = watch;
    return opened == null || opened.wrong().isEmpty()
        ? TokenKeysState.FINE
        : new TokenKeysState(opened.wrong(), opened.hasNone());
  }

  void addTo(Meters meters) {
    meters.gauge(
        Gauge.of(
            "quorate.token.keys.age.seconds",
            "Since the keys of the identity provider (jwt.keys) were read; since the start, if they"
                + " never were. Not a number without a provider"),
        () -> {
          KeyWatch opened = watch;
          return opened == null ? Double.NaN : opened.ageSeconds();
        });
  }
}
