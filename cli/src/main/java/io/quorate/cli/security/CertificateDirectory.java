package io.quorate.cli.security;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.RunLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.openssl.PEMException;
import org.jspecify.annotations.Nullable;

/**
 * An authority in files, and a directory for each node and client that it issued a certificate to.
 * Each of these is there with all of its files, or not at all, and what is there is never changed.
 *
 * <p>Failures that an operator can mend are thrown as {@link CommandFailedException}.
 */
public final class CertificateDirectory {
  static final String AUTHORITIES = "authorities.pem";
  static final String AUTHORITY_KEY = "authority.key";

  /** There while a run goes on. */
  private static final String LOCK = ".init.lock";

  private static final Duration AUTHORITY_VALID = Duration.ofDays(3650);

  private final Path directory;
  private final Path keyDirectory;
  private final Locks locks;

  /** Takes the lock of a file; returns null if another run has it. */
  interface Locks {
    @Nullable RunLock take(Path file) throws IOException;
  }

  /** One whose authority keeps its key there, too. */
  public CertificateDirectory(Path directory) {
    this(directory, directory);
  }

  /**
   * @param keyDirectory of the key of the authority
   */
  CertificateDirectory(Path directory, Path keyDirectory) {
    this(directory, keyDirectory, RunLock::take);
  }

  CertificateDirectory(Path directory, Path keyDirectory, Locks locks) {
    this.locks = locks;
    this.directory = directory.toAbsolutePath().normalize();
    this.keyDirectory = keyDirectory.toAbsolutePath().normalize();
  }

  Path directory() {
    return directory;
  }

  Path authorities() {
    return directory.resolve(AUTHORITIES);
  }

  Path authorityKey() {
    return keyDirectory.resolve(AUTHORITY_KEY);
  }

  /** Whether there is an authority, or a part of one. */
  public boolean hasAuthority() {
    return Files.exists(authorities()) || Files.exists(authorityKey());
  }

  /** The directory while no other run makes anything there. */
  record Held(CertificateDirectory files, List<RunLock> locks) implements Closeable {
    Held {
      locks = List.copyOf(locks);
    }

    @Override
    public void close() throws IOException {
      for (RunLock each : locks) {
        each.closeAndRemove();
      }
    }
  }

  /**
   * Keeps other runs from making anything there until the result is closed.
   *
   * @param makesAuthority whether its key is to be made, too
   * @throws CommandFailedException if another run is at it, or runs cannot be kept apart there
   */
  Held lock(boolean makesAuthority) throws IOException {
    List<RunLock> taken = new ArrayList<>();
    Set<Path> places = new LinkedHashSet<>(List.of(directory));
    if (makesAuthority) {
      places.add(keyDirectory);
    }
    try {
      for (Path each : places) {
        makeDirectory(each);
        RunLock lock = locks.take(each.resolve(LOCK));
        if (lock == null) {
          throw refused(
              "nothing was made: another run makes certificates in %s: wait until it has ended"
                  .formatted(each));
        }
        taken.add(lock);
      }
    } catch (RunLock.CannotLockException noLocks) {
      new Held(this, taken).close();
      throw refused(
          ("nothing was made: %s: this file system keeps no locks: make the certificates in a"
                  + " directory on another one, and copy them")
              .formatted(noLocks.getMessage()));
    } catch (IOException | RuntimeException refused) {
      new Held(this, taken).close();
      throw refused;
    }
    return new Held(this, taken);
  }

  /** Makes an authority, for ten years. */
  public Authority createAuthority(String commonName, Instant now) throws IOException {
    makeDirectory(directory);
    makeDirectory(keyDirectory);
    Authority authority = Authority.create(commonName, now, AUTHORITY_VALID);
    Path key = unfinished(authorityKey());
    Path certificate = unfinished(authorities());
    Files.deleteIfExists(key); // of a start that was broken off
    Files.deleteIfExists(certificate);
    PemFiles.write(key, authority.own().key());
    try {
      PemFiles.write(certificate, authority.own().certificate());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
    Files.move(key, authorityKey());
    Files.move(certificate, authorities());
    return authority;
  }

  /** The name of a file or directory until it is whole. */
  private static Path unfinished(Path whole) {
    return whole.resolveSibling("." + whole.getFileName() + ".unfinished");
  }

  /** Whether its making was broken off when the key had its name, and the certificate not yet. */
  boolean isUnfinished() {
    return Files.exists(authorityKey())
        && !Files.exists(authorities())
        && Files.exists(unfinished(authorities()));
  }

  private void finishAuthority() throws IOException {
    if (isUnfinished()) {
      Files.move(unfinished(authorities()), authorities());
    }
  }

  /**
   * Reads the authority.
   *
   * @throws CommandFailedException if it cannot issue certificates; says why
   */
  public Authority openAuthority(Instant now) throws IOException {
    finishAuthority();
    requirePart(authorities(), authorityKey());
    requirePart(authorityKey(), authorities());
    PrivateKey key = readKey();
    X509Certificate certificate =
        readAuthorities().stream()
            .filter(each -> fits(key, each))
            .findFirst()
            .orElseThrow(
                () ->
                    refused(
                        ("%s is the key of none of the authorities in %s: put the two of one"
                                + " authority there, or name another directory")
                            .formatted(authorityKey(), authorities())));
    if (certificate.getNotAfter().toInstant().isBefore(now)) {
      throw refused(
          ("the authority in %s has expired on %s: make another one in another directory, and see"
                  + " docs/operations/tls.md on how to replace an authority")
              .formatted(authorities(), certificate.getNotAfter().toInstant()));
    }
    return Authority.of(certificate, key);
  }

  /** Whether there is a node or client of that name. */
  public boolean holds(String name) {
    return Files.exists(directory.resolve(name));
  }

  /** Returns the files of a node that is there. */
  public Credentials node(NodeHosts node) {
    return Credentials.ofNode(directory.resolve(node.directory()));
  }

  /** Returns the files of a client that is there. */
  public Credentials client(ClientName client) {
    return Credentials.ofClient(directory.resolve(client.text()));
  }

  /** Issues a certificate to a node that is not there. */
  public Credentials add(Authority authority, NodeHosts node, Instant now, Duration valid)
      throws IOException {
    return write(authority.issueNode(node, now, valid), node(node));
  }

  /** Issues a certificate to a client that is not there. */
  public Credentials add(Authority authority, ClientName client, Instant now, Duration valid)
      throws IOException {
    return write(authority.issueClient(client, now, valid), client(client));
  }

  private Credentials write(Issued issued, Credentials files) throws IOException {
    Path own = files.certificate().resolveSibling("");
    Path unfinished = unfinished(own);
    delete(unfinished); // of a start that was broken off
    Files.createDirectory(
        unfinished,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Credentials first = files.movedTo(unfinished);
    try {
      PemFiles.write(first.certificate(), issued.certificate());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
    PemFiles.write(first.key(), issued.key());
    Files.copy(authorities(), first.authorities());
    Files.move(unfinished, own, StandardCopyOption.ATOMIC_MOVE);
    return files;
  }

  private static void delete(Path unfinished) throws IOException {
    if (Files.exists(unfinished)) {
      try (Stream<Path> inside = Files.list(unfinished)) {
        for (Path each : inside.toList()) {
          Files.delete(each);
        }
      }
      Files.delete(unfinished);
    }
  }

  private static void makeDirectory(Path directory) throws IOException {
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw refused(directory + " is a file: name a directory");
    }
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private static void requirePart(Path part, Path other) {
    if (!Files.exists(part)) {
      throw refused(
          ("there is %s, but no %s, and an authority consists of both: put the other one there, or"
                  + " name another directory")
              .formatted(other, part));
    }
  }

  private PrivateKey readKey() throws IOException {
    try {
      return PemFiles.key(authorityKey());
    } catch (GeneralSecurityException | PEMException unusable) {
      throw refused(
          "%s cannot be used as the key of an authority: %s: put back the file as it was made"
              .formatted(authorityKey(), String.valueOf(unusable.getMessage())));
    }
  }

  private List<X509Certificate> readAuthorities() throws IOException {
    try {
      return PemFiles.certificates(authorities());
    } catch (GeneralSecurityException unusable) {
      throw refused(
          "%s cannot be read: %s: put back the file as it was made"
              .formatted(authorities(), String.valueOf(unusable.getMessage())));
    }
  }

  private static boolean fits(PrivateKey key, X509Certificate certificate) {
    try {
      byte[] text = {1};
      Signature signer = Signature.getInstance(Authority.SIGNATURE);
      signer.initSign(key);
      signer.update(text);
      Signature verifier = Signature.getInstance(Authority.SIGNATURE);
      verifier.initVerify(certificate.getPublicKey());
      verifier.update(text);
      return verifier.verify(signer.sign());
    } catch (GeneralSecurityException ofAnotherKind) {
      return false;
    }
  }

  private static CommandFailedException refused(String message) {
    return new CommandFailedException(ExitCode.USAGE, message);
  }
}
