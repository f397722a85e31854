package io.quorate.transport.tls;

import io.quorate.transport.tls.ReloadedFile.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What came of reading a node's files again.
 *
 * @param files that the node has; none without TLS
 * @param refusal why the node goes on with what it had; null if it uses what the files say
 */
public record TlsReload(List<ReloadedFile> files, @Nullable String refusal) {
  /** A node without TLS has no files. */
  static final TlsReload WITHOUT_TLS = new TlsReload(List.of(), null);

  public TlsReload {
    files = List.copyOf(files);
  }

  static TlsReload taken(TlsFiles source, TlsMaterial before, TlsMaterial now) {
    List<ReloadedFile> files = new ArrayList<>();
    for (TlsFile each : source.present()) {
      Result result = now.saysTheSame(each, before) ? Result.UNCHANGED : Result.TAKEN;
      files.add(new ReloadedFile(each, source.path(each), result, now.ends(each), null));
    }
    return new TlsReload(files, null);
  }

  static TlsReload refused(TlsFiles source, TlsMaterial inUse, TlsFilesException unusable) {
    String why = String.valueOf(unusable.getMessage());
    Set<TlsFile> atFault = unusable.files();
    List<ReloadedFile> files = new ArrayList<>();
    for (TlsFile each : source.present()) {
      boolean refused = atFault.contains(each);
      files.add(
          new ReloadedFile(
              each,
              source.path(each),
              refused ? Result.REFUSED : Result.HELD_BACK,
              inUse.ends(each),
              refused ? why : null));
    }
    return new TlsReload(files, why);
  }

  /** Whether the node uses something else now. */
  public boolean changed() {
    return files.stream().anyMatch(each -> each.result() == Result.TAKEN);
  }
}
