package io.quorate.transport.tls;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettySslContextChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettySslContextServerCredentials;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.quorate.event.Event;
import io.quorate.transport.RemotePlace;
import io.quorate.transport.event.TransportEvent;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * How the connections of a node begin. TLS is of version 1.3.
 *
 * <p>Connections that are open stay so when the files change: certificates are looked at when one
 * begins.
 */
public final class NodeTls {
  private static final String VERSION = "TLSv1.3";

  private final TlsMode mode;
  private final ClientCertificates clients;
  private final NodeCertificates nodes;
  private final UserCertificates users;
  private final @Nullable Files files;

  private NodeTls(
      TlsMode mode,
      ClientCertificates clients,
      NodeCertificates nodes,
      UserCertificates users,
      @Nullable Files files) {
    this.mode = mode;
    this.users = users;
    this.clients = clients;
    this.nodes = nodes;
    this.files = files;
  }

  /** Plaintext both ways. */
  public static NodeTls off() {
    NodeCertificates nodes = NodeCertificates.notLookedAt();
    return new NodeTls(
        TlsMode.OFF,
        ClientCertificates.OPTIONAL,
        nodes,
        new UserCertificates(List.of(), nodes),
        null);
  }

  /**
   * Reads the files, once.
   *
   * @param nowMillis since 1970, to see what has expired
   * @throws TlsFilesException if a node cannot use them
   */
  public static NodeTls open(TlsSettings settings, long nowMillis) throws TlsFilesException {
    if (settings.mode() == TlsMode.OFF) {
      return off();
    }
    NodeCertificates nodes =
        NodeCertificates.of(settings.nodes(), settings.mode().takesPlaintext());
    Files files = Files.open(settings.files(), new OwnCertificate(nodes), nowMillis);
    UserCertificates users = new UserCertificates(settings.users(), nodes);
    return new NodeTls(settings.mode(), settings.clients(), nodes, users, files);
  }

  /**
   * Says which node this is, of which its certificate has to be from now on.
   *
   * @throws TlsFilesException if it is not
   */
  public void prove(ClaimedNode self) throws TlsFilesException {
    if (files != null) {
      files.prove(self);
    }
  }

  /**
   * Says of which cluster this node is, once it has one. Certificates that are renewed from now on
   * have to be for a node of that cluster; what is shown already goes on.
   */
  public void joined(ClaimedNode self) {
    if (files != null) {
      files.own.isOf(self);
    }
  }

  /** Which certificates others have to show to speak as nodes. */
  public NodeCertificates nodes() {
    return nodes;
  }

  /** As which users others are known by what they show. */
  public UserCertificates users() {
    return users;
  }

  /** When a certificate that this node shows ceases to be valid; null if it shows none. */
  public @Nullable Instant expires() {
    return files == null ? null : files.shown.expires();
  }

  /**
   * Returns when the first list of revoked certificates is out of date; null without such a list.
   */
  public @Nullable Instant revokedNextUpdate() {
    return files == null ? null : files.shown.revoked().nextUpdate();
  }

  /** Says what an operator has to put right, although this node goes on; null if nothing. */
  public @Nullable String concern(long nowMillis) {
    return files == null ? null : files.shown.concern(nowMillis);
  }

  /**
   * Reads the files again. Reads from the disk, so not to be called on a lane.
   *
   * @return whether anything in them has changed; it holds for connections that begin from now on
   * @throws TlsFilesException if a node cannot use them; it goes on with what it had
   */
  public boolean renew(long nowMillis) throws TlsFilesException {
    return files != null && files.renew(nowMillis);
  }

  /**
   * Reads the files again as {@link #renew} does, and says of each what came of it. What cannot be
   * used is told, not thrown.
   */
  public TlsReload reload(long nowMillis) {
    return files == null ? TlsReload.WITHOUT_TLS : files.reload(nowMillis);
  }

  /**
   * How connections to this node begin.
   *
   * @param handshakes does what takes long in a handshake
   * @param turns says when one may begin
   * @param events told, on the loops, of those that fail
   */
  public ServerCredentials server(
      Executor handshakes, HandshakeTurns turns, Consumer<Event> events) {
    return server(clients, handshakes, turns, events);
  }

  /**
   * How connections to the port begin that is for other nodes alone. With TLS they all have to show
   * a certificate, for that is how nodes come.
   *
   * @param handshakes does what takes long in a handshake
   * @param turns says when one may begin
   * @param events told, on the loops, of those that fail
   */
  public ServerCredentials serverForPeers(
      Executor handshakes, HandshakeTurns turns, Consumer<Event> events) {
    return server(ClientCertificates.REQUIRED, handshakes, turns, events);
  }

  private ServerCredentials server(
      ClientCertificates asked, Executor handshakes, HandshakeTurns turns, Consumer<Event> events) {
    if (files == null) {
      return InsecureServerCredentials.create();
    }
    try {
      SslContext tls =
          GrpcSslContexts.configure(SslContextBuilder.forServer(files.keys))
              .trustManager(new AlertedTrust(files.trust))
              .clientAuth(asked.inNetty())
              .protocols(VERSION)
              .build();
      Sessions sessions = new Sessions(tls);
      return FirstBytes.credentials(
          NettySslContextServerCredentials.create(tls),
          sessions::forget,
          (from, cause) ->
              events.accept(new TransportEvent.HandshakeFailed(RemotePlace.of(from), why(cause))),
          handshakes,
          turns,
          mode.takesPlaintext());
    } catch (SSLException impossible) {
      throw new IllegalStateException("no TLS for gRPC", impossible);
    }
  }

  /** What of the other side's certificate is wrong is said by the innermost. */
  private static String why(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  /** Whether connections to other nodes begin with TLS. */
  public boolean connectsWithTls() {
    return files != null && mode.connectsWithTls();
  }

  /** How connections to other nodes begin. */
  public ChannelCredentials client() {
    if (files == null || !connectsWithTls()) {
      return InsecureChannelCredentials.create();
    }
    try {
      return NettySslContextChannelCredentials.create(
          GrpcSslContexts.forClient()
              .keyManager(files.keys)
              .trustManager(new AlertedTrust(files.trust))
              .protocols(VERSION)
              .build());
    } catch (SSLException impossible) {
      throw new IllegalStateException("no TLS for gRPC", impossible);
    }
  }

  /**
   * How connections to the HTTP port begin.
   *
   * @param asksForCertificates whether who connects may show one
   */
  public HttpTls http(boolean asksForCertificates) {
    return files == null
        ? HttpTls.OFF
        : HttpTls.of(
            files.keys, asksForCertificates ? files.trust : null, VERSION, mode.takesPlaintext());
  }

  /** What is shown and trusted now; each handshake asks both managers. */
  private static final class Files {
    private final TlsFiles source;
    private final OwnCertificate own;
    private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
    private final RevocationCheck revocations = new RevocationCheck();
    private final AdvancedTlsX509TrustManager trust;
    private volatile TlsMaterial shown;

    private Files(TlsFiles source, OwnCertificate own, TlsMaterial shown)
        throws CertificateException {
      this.source = source;
      this.own = own;
      this.trust =
          AdvancedTlsX509TrustManager.newBuilder()
              .setSslSocketAndEnginePeerVerifier(revocations)
              .build();
      this.shown = shown;
    }

    static Files open(TlsFiles source, OwnCertificate own, long nowMillis)
        throws TlsFilesException {
      TlsMaterial material = own.checked(source.read(nowMillis, null));
      try {
        Files files = new Files(source, own, material);
        files.show(material);
        return files;
      } catch (CertificateException impossible) {
        throw new IllegalStateException("no trust manager", impossible);
      }
    }

    synchronized void prove(ClaimedNode self) throws TlsFilesException {
      own.isOf(self);
      TlsMaterial unused = own.checked(shown);
    }

    synchronized boolean renew(long nowMillis) throws TlsFilesException {
      TlsMaterial read = source.read(nowMillis, shown);
      if (read.equals(shown)) {
        return false;
      }
      // What is shown already goes on, with other authorities and lists as well.
      show(read.chain().equals(shown.chain()) ? read : own.checked(read));
      return true;
    }

    synchronized TlsReload reload(long nowMillis) {
      TlsMaterial before = shown;
      try {
        boolean unused = renew(nowMillis);
        return TlsReload.taken(source, before, shown);
      } catch (TlsFilesException unusable) {
        return TlsReload.refused(source, shown, unusable);
      } catch (RuntimeException unreadable) {
        // As of what libraries make of a file that is damaged; the watch of the files goes on.
        return TlsReload.refused(
            source,
            shown,
            new TlsFilesException(
                Set.copyOf(source.present()), "files cannot be read: " + unreadable, unreadable));
      }
    }

    /** Authorities first: who is of new ones is trusted when this node shows itself to be, too. */
    private void show(TlsMaterial material) throws TlsFilesException {
      try {
        revocations.use(material.revoked());
        trust.updateTrustCredentials(material.trusted().toArray(X509Certificate[]::new));
        keys.updateIdentityCredentials(
            material.chain().toArray(X509Certificate[]::new), material.key());
      } catch (GeneralSecurityException | IOException unusable) {
        throw new TlsFilesException(
            Set.of(TlsFile.AUTHORITIES),
            source.authorities() + " cannot be used: " + unusable.getMessage(),
            unusable);
      }
      shown = material;
    }
  }
}
