package io.quorate.metadata;

/**
 * The rules that the safety of a metadata group depends on. Tests leave some out.
 *
 * @param proposals which commands have an effect
 * @param snapshots which snapshots of a leader are taken over
 */
record GroupRules(ProposalRules proposals, SnapshotReader snapshots) {
  static GroupRules all() {
    return new GroupRules(ProposalRules.ALL, new SnapshotReader());
  }
}
