package io.quorate.metadata.bootstrap;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.cluster.Member;
import io.quorate.fuzz.DecoderTarget;
import io.quorate.fuzz.FuzzTarget;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import java.util.List;

/** What a node is handed that has nothing yet. */
public final class BootstrapTargets {
  private BootstrapTargets() {}

  public static FuzzTarget create() {
    Member member =
        new Member(new NodeId(1), "h:1", "r", "z", 1, 0, Releases.THIS, Member.State.ACTIVE);
    return new DecoderTarget<>(
        "genesis",
        random ->
            new Handover(
                    Founding.snapshot(new ClusterId(9), List.of(member), 1 + random.nextInt(4)))
                .encode(),
        bytes -> Founding.state(Handover.decode(bytes).snapshot(), Releases.THIS),
        null,
        List.of(MalformedBytesException.class, IllegalArgumentException.class));
  }
}
