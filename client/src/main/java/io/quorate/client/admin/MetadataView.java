package io.quorate.client.admin;

import java.util.List;

/** The metadata group (Raft). */
public sealed interface MetadataView {
  /** Id of the leader; empty when none is known. */
  String leader();

  /** Current term. */
  long term();

  /** Highest log index known to be committed. */
  long commitIndex();

  /** Highest log index the answering node has applied. */
  long appliedIndex();

  /** Ids of the voters. */
  List<String> voters();

  /** Ids of the learners. */
  List<String> learners();

  /** Why the answering node cannot follow what the group decides; empty if it can. */
  String stuck();

  /**
   * Why the cluster does not take what the answering node announces of itself, such as its name and
   * the address for clients; empty if it does. The cluster goes on with what it knew of the node.
   */
  String announcementRefused();

  static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that has all of this. */
  default Builder toBuilder() {
    return builder()
        .leader(leader())
        .term(term())
        .commitIndex(commitIndex())
        .appliedIndex(appliedIndex())
        .voters(voters())
        .learners(learners())
        .stuck(stuck())
        .announcementRefused(announcementRefused());
  }

  /** Each part is what the method of its name tells; what is not said is nothing, or not known. */
  final class Builder {
    private String leader = "";
    private long term;
    private long commitIndex;
    private long appliedIndex;
    private List<String> voters = List.of();
    private List<String> learners = List.of();
    private String stuck = "";
    private String announcementRefused = "";

    private Builder() {}

    public Builder leader(String leader) {
      this.leader = leader;
      return this;
    }

    public Builder term(long term) {
      this.term = term;
      return this;
    }

    public Builder commitIndex(long commitIndex) {
      this.commitIndex = commitIndex;
      return this;
    }

    public Builder appliedIndex(long appliedIndex) {
      this.appliedIndex = appliedIndex;
      return this;
    }

    public Builder voters(List<String> voters) {
      this.voters = voters;
      return this;
    }

    public Builder learners(List<String> learners) {
      this.learners = learners;
      return this;
    }

    public Builder stuck(String stuck) {
      this.stuck = stuck;
      return this;
    }

    public Builder announcementRefused(String announcementRefused) {
      this.announcementRefused = announcementRefused;
      return this;
    }

    public MetadataView build() {
      return new MetadataViewValues(
          leader, term, commitIndex, appliedIndex, voters, learners, stuck, announcementRefused);
    }

    private record MetadataViewValues(
        String leader,
        long term,
        long commitIndex,
        long appliedIndex,
        List<String> voters,
        List<String> learners,
        String stuck,
        String announcementRefused)
        implements MetadataView {
      MetadataViewValues {
        voters = List.copyOf(voters);
        learners = List.copyOf(learners);
      }
    }
  }
}
