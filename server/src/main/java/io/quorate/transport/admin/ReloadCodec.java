package io.quorate.transport.admin;

import io.quorate.proto.v1.ReloadCertificatesResponse;
import io.quorate.proto.v1.ReloadResult;
import io.quorate.transport.tls.ReloadedFile;
import io.quorate.transport.tls.TlsReload;
import java.time.Instant;

/** What came of reading certificates again, on the wire. */
final class ReloadCodec {
  private ReloadCodec() {}

  static ReloadCertificatesResponse reloaded(TlsReload found) {
    ReloadCertificatesResponse.Builder response = ReloadCertificatesResponse.newBuilder();
    found.files().forEach(each -> response.addFiles(file(each)));
    return response.build();
  }

  private static io.quorate.proto.v1.ReloadedFile file(ReloadedFile file) {
    Instant ends = file.ends();
    String why = file.why();
    return io.quorate.proto.v1.ReloadedFile.newBuilder()
        .setSetting(file.file().setting())
        .setPath(file.path().toString())
        .setResult(result(file.result()))
        .setEndsMs(ends == null ? 0 : ends.toEpochMilli())
        .setWhy(why == null ? "" : why)
        .build();
  }

  private static ReloadResult result(ReloadedFile.Result result) {
    return switch (result) {
      case UNCHANGED -> ReloadResult.RELOAD_RESULT_UNCHANGED;
      case TAKEN -> ReloadResult.RELOAD_RESULT_TAKEN;
      case REFUSED -> ReloadResult.RELOAD_RESULT_REFUSED;
      case HELD_BACK -> ReloadResult.RELOAD_RESULT_HELD_BACK;
    };
  }
}
