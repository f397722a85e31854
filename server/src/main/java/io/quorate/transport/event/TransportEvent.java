package io.quorate.transport.event;

import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.EventLog;
import io.quorate.event.Tally;
import io.quorate.event.Unmetered;
import io.quorate.model.NodeId;
import io.quorate.model.Quoted;
import io.quorate.replication.event.RequestEvent;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens between nodes and clients on the network. */
public sealed interface TransportEvent extends Event {
  Counter CONNECTIONS_ENDED =
      Counter.of(
              "quorate.peer.connections.ended",
              "Times that a connection from this node to another one ended, not counting those"
                  + " that never came about")
          .by("node");

  /**
   * A connection that {@code peer} had accepted ended, and not by this node's will. The log tells
   * of those that end soon only once, so that a link that keeps breaking shows here alone.
   */
  record ConnectionEnded(NodeId peer) implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(CONNECTIONS_ENDED, 1, peer);
    }
  }

  Counter SENT =
      Counter.of(
              "quorate.peer.sent.bytes",
              "Bytes of the messages that were sent to another node, before they were compressed or"
                  + " encrypted")
          .by("node");

  /** A frame of messages was handed to the connection to another node. */
  record FrameSent(NodeId peer, long bytes) implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(SENT, (double) bytes, peer);
    }
  }

  Counter RECEIVED =
      Counter.of(
              "quorate.peer.received.bytes",
              "Bytes of the messages that another node has sent, as they are once decrypted and"
                  + " unpacked")
          .by("node");

  /** A frame of messages of another node was read. */
  record FrameReceived(NodeId peer, long bytes) implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(RECEIVED, (double) bytes, peer);
    }
  }

  Counter COMPRESSED_BEFORE =
      Counter.of(
          "quorate.peer.compressed.before.bytes",
          "Bytes of the frames to nodes of other regions that were compressed, before that");

  Counter COMPRESSED =
      Counter.of("quorate.peer.compressed.bytes", "Bytes of these frames as they were sent");

  /**
   * A frame to a node of another region was compressed.
   *
   * @param before bytes that it had
   * @param after bytes that are sent
   */
  record FrameCompressed(NodeId peer, long before, long after) implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(COMPRESSED_BEFORE, (double) before);
      tally.add(COMPRESSED, (double) after);
    }
  }

  Counter CERTIFICATES_READ =
      Counter.of(
              "quorate.certificates.read",
              "Times that the files of this node's certificates had changed, by whether what they"
                  + " hold now is in use; and that what is in use came to need care, as by a list"
                  + " of revoked certificates that is out of date")
          .by("result", "renewed", "refused", "doubtful");

  /**
   * The files of the node's certificates had changed, and hold for new connections.
   *
   * @param expiresMillis when a certificate that it shows ceases to be valid, since 1970
   */
  record CertificatesRenewed(long expiresMillis) implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(CERTIFICATES_READ, 1, "renewed");
    }

    @Override
    public void tell(EventLog log) {
      log.info(
          "the certificates of this node were renewed, and are valid until {}",
          Instant.ofEpochMilli(expiresMillis));
    }
  }

  /** The files cannot be used any more, and the node goes on with what it had. */
  record CertificatesRefused(String why) implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(CERTIFICATES_READ, 1, "refused");
    }

    @Override
    public void tell(EventLog log) {
      log.error("goes on with the certificates it had: {}", why);
    }
  }

  /** A list in use is out of date, or the node's own certificate is revoked; the node goes on. */
  record CertificatesNeedCare(String why) implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(CERTIFICATES_READ, 1, "doubtful");
    }

    @Override
    public void tell(EventLog log) {
      log.warn("{}", why);
    }
  }

  Counter HANDSHAKES_FAILED =
      Counter.of(
          "quorate.tls.handshakes.failed",
          "Connections with TLS to this node that did not come about, since one side did not take"
              + " the other's certificate, or did not go on");

  /**
   * A connection with TLS did not come about.
   *
   * @param from host:port; null if it is not known
   */
  record HandshakeFailed(@Nullable String from, String why) implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HANDSHAKES_FAILED);
    }
  }

  Counter HANDSHAKES_HELD_UP =
      Counter.of(
              "quorate.tls.handshakes.held.up",
              "Connections to this node that did not begin with TLS at once, since"
                  + " tls.handshakes_per_second others did: they waited, or were ended as too many"
                  + " waited")
          .by("result", "waited", "ended");

  /**
   * A connection came when as many had begun with TLS as may within a second.
   *
   * @param ended whether it was ended, as too many wait; it may have been counted as waiting before
   */
  record HandshakeHeldUp(boolean ended) implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HANDSHAKES_HELD_UP, 1, ended ? "ended" : "waited");
    }
  }

  /**
   * A node that is of no cluster yet introduced itself; told once for each of its starts.
   *
   * @param from host:port; null if it is not known
   * @param user as its certificate names it; null if it has shown none
   */
  @Unmetered("nodes come too seldom for a rate; the audit has each")
  record Introduced(NodeId node, String address, @Nullable String from, @Nullable String user)
      implements TransportEvent {}

  Counter AUDIT_UNWRITTEN =
      Counter.of(
          "quorate.audit.unwritten",
          "Lines of this node's audit that could not be written to its file. The audit says how"
              + " many once it can be written again");

  /**
   * A line of the audit could not be written.
   *
   * @param again whether that was told a moment ago
   */
  record AuditUnwritten(String why, boolean again) implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(AUDIT_UNWRITTEN, 1);
    }

    @Override
    public void tell(EventLog log) {
      if (!again) {
        log.error("a line of the audit could not be written, and is lost: {}", why);
      }
    }
  }

  /** Requests were refused, more than events are sent for: how many without one. */
  @Unmetered("a flood that anyone can cause; left_out in the audit has it")
  record RefusalsLeftOut(long refusals) implements TransportEvent {}

  Counter STRANGERS_REFUSED =
      Counter.of(
          "quorate.peer.strangers.refused",
          "Times that this node refused to speak with what was to be another node, since it has no"
              + " certificate of that node");

  /**
   * What was to be another node has no certificate of that node.
   *
   * @param what was refused
   * @param from host:port; null if it is not known
   * @param user as its certificate names it; null if it has shown none
   */
  record StrangerRefused(String what, String why, @Nullable String from, @Nullable String user)
      implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(STRANGERS_REFUSED);
    }

    @Override
    public void tell(EventLog log) {
      if (log.isDue("stranger refused")) {
        log.warn("refused {}: {}", what, why);
      }
    }
  }

  Counter NEWCOMERS_REFUSED =
      Counter.of(
          "quorate.peer.newcomers.refused",
          "Times that this node did not have a new node taken into the cluster, since it showed no"
              + " join token, or none that is good");

  /**
   * A node asked to join, and showed no join token that is good.
   *
   * @param address host:port of its server, as it says
   * @param again whether it was refused so before, in this start of it
   * @param from host:port; null if it is not known
   * @param user as its certificate names it; null if it has shown none
   */
  record NewcomerRefused(
      NodeId node,
      String address,
      String why,
      boolean again,
      @Nullable String from,
      @Nullable String user)
      implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(NEWCOMERS_REFUSED);
    }

    @Override
    public void tell(EventLog log) {
      if (!again && log.isDue("newcomer refused")) {
        log.warn("did not take in node {} at {}: {}", node, Quoted.of(address), why);
      }
    }
  }

  Counter FORBIDDEN =
      Counter.of(
          "quorate.forbidden",
          "Calls and operations that this node refused, since their user is not granted them");

  /**
   * A call or an operation was refused, since its user is not granted it.
   *
   * @param user as which its connection is known
   * @param action that is not granted
   * @param on what
   * @param from host:port; null if it is not known
   * @param certificate its subject; null if none was shown
   */
  record Forbidden(
      String user, String action, String on, @Nullable String from, @Nullable String certificate)
      implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(FORBIDDEN);
    }

    @Override
    public void tell(EventLog log) {
      if (log.isDue("forbidden")) {
        log.warn(
            "refused {} on {} to user {} at {}", action, on, Quoted.of(user), String.valueOf(from));
      }
    }
  }

  Counter LOGINS =
      Counter.of(
              "quorate.logins",
              "Logins of users at this node, by what became of them: refused are those with a wrong"
                  + " password, an unknown user or a token that is not good; put_off those of users"
                  + " or networks whose logins failed too often; token and token_refused are tokens"
                  + " of an identity provider, those that are good once for each")
          .by("result", (Object[]) LoginResult.values());

  /**
   * A user has logged in with a password.
   *
   * @param from host:port; null if it is not known
   */
  record LoggedIn(String user, @Nullable String from) implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(LOGINS, 1, LoginResult.OK);
    }
  }

  /**
   * A user has shown a token of the identity provider that is good, for the first time here.
   *
   * @param key by which it is signed
   * @param untilMillis how long it counts, since 1970
   * @param from host:port; null if it is not known
   */
  record TokenShown(String user, String key, long untilMillis, @Nullable String from)
      implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(LOGINS, 1, LoginResult.TOKEN);
    }
  }

  Counter TOKEN_KEYS_READ =
      Counter.of(
              "quorate.token.keys.read",
              "Times that the keys of the identity provider were asked for: by whether they are"
                  + " others than before, the same, could not be had, or are all gone")
          .by("result", "changed", "same", "failed", "none");

  /**
   * The keys of the identity provider were read.
   *
   * @param others whether they are others than before
   * @param again whether they could not be had before
   * @param ids of the keys
   */
  record TokenKeysRead(boolean others, boolean again, List<String> ids) implements TransportEvent {
    public TokenKeysRead {
      ids = List.copyOf(ids);
    }

    @Override
    public void count(Tally tally) {
      tally.add(TOKEN_KEYS_READ, 1, others ? "changed" : "same");
    }

    @Override
    public void tell(EventLog log) {
      if (others || again) {
        log.info("takes tokens that are signed with these keys (jwt.keys): {}", ids);
      }
    }
  }

  /**
   * The keys of the identity provider cannot be had; those that the node has hold on.
   *
   * @param again whether the reason is the same as the last time
   */
  record TokenKeysUnread(String why, boolean again) implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(TOKEN_KEYS_READ, 1, "failed");
    }

    @Override
    public void tell(EventLog log) {
      if (!again) {
        log.error("goes on with the keys for tokens that it has, if any: {}", why);
      }
    }
  }

  /**
   * The identity provider has no key any more that verifies tokens.
   *
   * @param again whether the reason is the same as the last time
   */
  record TokenKeysGone(String why, boolean again) implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(TOKEN_KEYS_READ, 1, "none");
    }

    @Override
    public void tell(EventLog log) {
      if (!again) {
        log.error("takes no token of the identity provider any more: {}", why);
      }
    }
  }

  /**
   * A login was refused, or a call that shows a token of none.
   *
   * @param user as which the caller wants to be known; null if it has not said so
   * @param from host:port; null if it is not known
   * @param certificate its subject; null if none was shown
   */
  record LoginRefused(
      LoginResult result,
      @Nullable String user,
      String why,
      @Nullable String from,
      @Nullable String certificate)
      implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(LOGINS, 1, result);
    }

    @Override
    public void tell(EventLog log) {
      if (log.isDue("login refused")) {
        log.warn("refused a login at {}: {}", String.valueOf(from), why);
      }
    }
  }

  Counter STRANGERS_ENDED =
      Counter.of(
              "quorate.connections.unauthenticated.ended",
              "Connections of clients that this node ended, since they had not logged in: late are"
                  + " those that took too long, or had too many calls refused, full those that gave"
                  + " way to others, as there were"
                  + " limits.unauthenticated_connections")
          .by("result", "late", "full");

  /**
   * A connection that no user is known of was ended.
   *
   * @param late whether it took too long, or had too many calls refused; else it gave way to
   *     another one
   */
  record StrangerEnded(boolean late) implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(STRANGERS_ENDED, 1, late ? "late" : "full");
    }

    @Override
    public void tell(EventLog log) {
      if (!late && log.isDue("strangers are too many")) {
        log.warn(
            "ends connections that have not logged in, as there are more than"
                + " limits.unauthenticated_connections: if they are no clients of yours, keep them"
                + " off by a firewall");
      }
    }
  }

  /** A message to another node was dropped. */
  record MessageDropped(RequestEvent.DropReason reason) implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(RequestEvent.DROPPED, 1, reason);
    }
  }
}
