package io.quorate.cli.bench;

import io.quorate.client.AsyncSiblingKeyValue;
import io.quorate.client.Context;
import io.quorate.client.ReadOptions;
import io.quorate.client.Resolver;
import io.quorate.client.ResultInfo;
import io.quorate.client.Sibling;
import io.quorate.client.SiblingWriteResult;
import io.quorate.client.Siblings;
import io.quorate.client.Version;
import io.quorate.client.WriteOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Siblings in memory, which keep what is promised of them, unless a test makes them break it. A
 * context is the versions that it has.
 */
class FakeSiblingStore implements AsyncSiblingKeyValue<byte[], byte[]> {
  private static final ResultInfo INFO = ResultInfo.of(0, 1, new long[] {1, 2}, false);

  private final Map<ByteBuffer, List<Sibling<byte[]>>> stored = new HashMap<>();
  private long clock;

  @Override
  public synchronized CompletableFuture<Siblings<byte[]>> get(byte[] key, ReadOptions options) {
    List<Sibling<byte[]>> found = of(key);
    StringBuilder context = new StringBuilder();
    found.forEach(each -> context.append(name(each.version())));
    return CompletableFuture.completedFuture(
        Siblings.<byte[]>builder()
            .list(found)
            .context(Context.of(context.toString().getBytes(StandardCharsets.US_ASCII)))
            .info(INFO)
            .build());
  }

  @Override
  public synchronized CompletableFuture<SiblingWriteResult> put(
      byte[] key, byte[] value, Context context, WriteOptions options) {
    Version version = Version.of(0, ++clock, 1, 1);
    String seen = new String(context.bytes(), StandardCharsets.US_ASCII);
    store(of(key), Sibling.of(value, version, 0), seen);
    return CompletableFuture.completedFuture(SiblingWriteResult.of(version, context, INFO));
  }

  /** Puts a value in the place of those that a context has. */
  void store(List<Sibling<byte[]>> siblings, Sibling<byte[]> put, String context) {
    siblings.removeIf(each -> context.contains(name(each.version())));
    siblings.add(put);
  }

  private List<Sibling<byte[]>> of(byte[] key) {
    return stored.computeIfAbsent(ByteBuffer.wrap(key), unused -> new ArrayList<>());
  }

  private static String name(Version version) {
    return "<" + version + ">";
  }

  @Override
  public CompletableFuture<SiblingWriteResult> delete(
      byte[] key, Context context, WriteOptions options) {
    throw new AssertionError("the bench deletes nothing");
  }

  @Override
  public CompletableFuture<Siblings<byte[]>> update(
      byte[] key,
      Resolver<byte[]> resolver,
      Function<Optional<byte[]>, byte[]> change,
      WriteOptions options) {
    throw new AssertionError("the bench reads, and puts with the context");
  }
}
