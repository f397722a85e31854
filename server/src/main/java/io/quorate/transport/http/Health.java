package io.quorate.transport.http;

/** How the node is. Asked on the HTTP side's thread; answers at once from what is known. */
public interface Health {
  /** Whether the process is worth keeping; if not, its supervisor should start it again. */
  Report live();

  /** Whether it serves clients. */
  Report ready();

  /**
   * Whether it serves clients, and does not have to be filled with data that other replicas hold:
   * only then may an orchestrator stop the next node.
   */
  Report whole();

  /**
   * An answer.
   *
   * @param reason what is in the way, for people; empty if {@code ok}
   */
  record Report(boolean ok, String reason) {
    public static final Report OK = new Report(true, "");

    public static Report not(String reason) {
      return new Report(false, reason);
    }
  }
}
