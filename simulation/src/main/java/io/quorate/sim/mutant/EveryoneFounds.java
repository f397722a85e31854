package io.quorate.sim.mutant;

import io.quorate.metadata.bootstrap.BootstrapConfig;
import io.quorate.metadata.bootstrap.Introduction;
import io.quorate.metadata.bootstrap.IntroductionReply;
import io.quorate.metadata.bootstrap.Introductions;
import io.quorate.model.Releases;
import java.util.List;

/**
 * The former of a cluster is the first of the sorted seeds; here every node believes that it is the
 * first, under another name for itself that no other node sees. For a mutant.
 */
final class EveryoneFounds {
  /** Sorts before the beginning of every address. */
  private static final String FIRST = "!";

  private EveryoneFounds() {}

  static BootstrapConfig bootstrap(BootstrapConfig real) {
    String first = FIRST + real.address();
    List<String> seeds =
        real.seeds().stream().map(seed -> seed.equals(real.address()) ? first : seed).toList();
    return new BootstrapConfig(
        first, real.region(), real.zone(), real.weight(), seeds, real.partitions(), Releases.THIS);
  }

  static Introductions introductions(Introductions real) {
    return (address, mine, callback) ->
        real.ask(
            address,
            new Introduction(
                mine.node(),
                plain(mine.address()),
                mine.region(),
                mine.zone(),
                mine.weight(),
                mine.seeds().stream().map(EveryoneFounds::plain).sorted().toList(),
                mine.cluster(),
                mine.incarnation(),
                mine.stateVersion(),
                mine.joining(),
                mine.joins(),
                Releases.THIS,
                null,
                "",
                mine.diskMark()),
            new Introductions.Callback() {
              @Override
              @SuppressWarnings("NullAway") // it does not see that an array may be null there
              public void answered(IntroductionReply reply) {
                callback.answered(
                    new IntroductionReply(
                        reply.node(),
                        plain(reply.address()),
                        reply.region(),
                        reply.zone(),
                        reply.weight(),
                        reply.cluster(),
                        reply.incarnation(),
                        reply.genesis(),
                        reply.refusal(),
                        reply.waitFor(),
                        mine.seeds(),
                        Releases.THIS));
              }

              @Override
              public void failed(String reason) {
                callback.failed(reason);
              }
            });
  }

  private static String plain(String address) {
    return address.startsWith(FIRST) ? address.substring(FIRST.length()) : address;
  }
}
