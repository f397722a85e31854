package io.quorate.cli.key;

import io.quorate.cli.output.Json;
import io.quorate.client.Context;
import io.quorate.client.ResultInfo;
import io.quorate.client.SiblingWriteResult;
import io.quorate.client.Version;
import io.quorate.client.WriteResult;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A put or delete that was carried out.
 *
 * @param context in a tenant with model SIBLINGS; null in others
 */
record Written(Version version, ResultInfo info, @Nullable Context context) {
  static Written of(WriteResult result) {
    return new Written(result.version(), result.info(), null);
  }

  static Written of(SiblingWriteResult result) {
    return new Written(result.version(), result.info(), result.context());
  }

  Map<String, Object> json(byte[] key, Results results) {
    Map<String, Object> object = new LinkedHashMap<>();
    Json.putBytes(object, "key", key);
    results.putVersion(object, version);
    if (context != null) {
      object.put("context", context.toString());
    }
    results.putInfo(object, info);
    return object;
  }

  String text(String done) {
    return done + ", version " + version + (context == null ? "" : "\ncontext " + context);
  }
}
