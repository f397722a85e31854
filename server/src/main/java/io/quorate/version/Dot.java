package io.quorate.version;

import io.quorate.model.NodeId;

/**
 * Names one put or delete of a key whose concurrent writes are kept as siblings: no other write of
 * the key has it.
 *
 * @param hlc hybrid time of the write, above all that its coordinator held of the key
 * @param actor who coordinated the write
 */
public record Dot(long hlc, Actor actor) implements Comparable<Dot> {
  /**
   * A coordinator of a key, for as long as it keeps all that it has coordinated. A restart makes it
   * another actor, for what was not synced is lost; and so does a loss of the partition's records.
   *
   * @param node its id
   * @param boot how often the node had started
   * @param tenure how often the node, in this boot, began to hold the partition or lost it
   */
  public record Actor(NodeId node, int boot, int tenure) implements Comparable<Actor> {
    @Override
    public int compareTo(Actor that) {
      int byNode = node.compareTo(that.node);
      if (byNode != 0) {
        return byNode;
      }
      return boot != that.boot
          ? Integer.compare(boot, that.boot)
          : Integer.compare(tenure, that.tenure);
    }
  }

  /** The version of the write, as clients see it. */
  public Version version() {
    return new Version(0, hlc, actor.node(), actor.boot());
  }

  @Override
  public int compareTo(Dot that) {
    int byTime = Long.compareUnsigned(hlc, that.hlc);
    return byTime != 0 ? byTime : actor.compareTo(that.actor);
  }
}
