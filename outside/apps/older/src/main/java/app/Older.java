package app;

import com.google.common.collect.ImmutableList;
import com.google.gson.Gson;
import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.util.List;

/** An application with libraries of years ago, which come first on its class path. */
public final class Older {
  private Older() {}

  public static void main(String[] args) {
    ManagedChannel own = ManagedChannelBuilder.forTarget("127.0.0.1:1").usePlaintext().build();
    PutAndGet.run(args[0], "older");
    own.shutdownNow();
    List<String> parts = ImmutableList.of(new Gson().toJson(List.of(1, 2)));
    if (!parts.get(0).equals("[1,2]")
        || Timestamp.newBuilder().setNanos(5).build().getNanos() != 5) {
      throw new AssertionError("the application's own libraries");
    }
    System.out.println("older libraries: ok");
  }
}
