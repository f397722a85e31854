package io.quorate.cli;

import com.google.protobuf.ByteString;
import io.quorate.proto.v1.DeleteResponse;
import io.quorate.proto.v1.GetResponse;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PutResponse;
import io.quorate.proto.v1.ResultInfo;
import io.quorate.proto.v1.ScanEntry;
import io.quorate.proto.v1.ScanResponse;
import io.quorate.proto.v1.Sibling;
import io.quorate.proto.v1.Tenant;
import io.quorate.proto.v1.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The keys of a tenant with siblings. A context is the hybrid times of the versions it has. */
final class FakeSiblings {
  static final Tenant TENANT =
      Tenant.newBuilder()
          .setName("carts")
          .setId(7)
          .setReplicationFactor(1)
          .setModel(Tenant.Model.MODEL_SIBLINGS)
          .build();

  private final Map<ByteString, List<Sibling>> keys =
      new TreeMap<>(ByteString.unsignedLexicographicalComparator());

  synchronized void answer(
      Operation asked, Version version, ResultInfo info, OperationResult.Builder result) {
    switch (asked.getOperationCase()) {
      case PUT -> {
        List<Sibling> siblings = of(asked.getPut().getKey());
        remove(siblings, asked.getPut().getContext());
        siblings.add(
            Sibling.newBuilder()
                .setValue(asked.getPut().getValue())
                .setVersion(version)
                .setExpiresAtMs(asked.getPut().getStamp().getExpiresAtMs())
                .build());
        result.setPut(
            PutResponse.newBuilder()
                .setVersion(version)
                .setInfo(info)
                .setContext(asked.getPut().getContext().concat(context(version))));
      }
      case DELETE -> {
        List<Sibling> siblings = of(asked.getDelete().getKey());
        ByteString context = asked.getDelete().getContext();
        remove(siblings, context.isEmpty() ? context(siblings) : context);
        result.setDelete(
            DeleteResponse.newBuilder()
                .setVersion(version)
                .setInfo(info)
                .setContext(context.concat(context(version))));
      }
      default -> {
        List<Sibling> siblings = of(asked.getGet().getKey());
        result.setGet(
            GetResponse.newBuilder()
                .setFound(!siblings.isEmpty())
                .addAllSiblings(siblings)
                .setContext(context(siblings))
                .setInfo(info));
      }
    }
  }

  synchronized ScanResponse scan(boolean keysOnly) {
    ScanResponse.Builder page = ScanResponse.newBuilder();
    keys.forEach(
        (key, siblings) -> {
          ScanEntry.Builder entry =
              ScanEntry.newBuilder().setKey(key).setContext(context(siblings));
          siblings.forEach(
              each -> entry.addSiblings(keysOnly ? each.toBuilder().clearValue().build() : each));
          page.addEntries(entry);
        });
    return page.build();
  }

  private List<Sibling> of(ByteString key) {
    return keys.computeIfAbsent(key, unused -> new ArrayList<>());
  }

  private static void remove(List<Sibling> siblings, ByteString context) {
    String times = context.toStringUtf8();
    siblings.removeIf(each -> times.contains(context(each.getVersion()).toStringUtf8()));
  }

  private static ByteString context(List<Sibling> siblings) {
    return ByteString.copyFrom(siblings.stream().map(each -> context(each.getVersion())).toList());
  }

  private static ByteString context(Version version) {
    return ByteString.copyFromUtf8("<" + version.getHlc() + ">");
  }
}
