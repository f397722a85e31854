package io.quorate.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Codec;
import io.quorate.runtime.real.SeededRandomness;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is compressed here is read by gRPC's own gzip, as all nodes have it. */
class FrameCompressorTest {
  private final List<String> told = new ArrayList<>();
  private final FrameCompressor compressor =
      new FrameCompressor((before, after) -> told.add(before + " " + after));

  private byte[] compressed(byte[]... parts) throws IOException {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    try (OutputStream stream = compressor.compress(target)) {
      for (byte[] part : parts) {
        stream.write(part);
      }
    }
    return target.toByteArray();
  }

  private static byte[] read(byte[] compressed) throws IOException {
    return new Codec.Gzip().decompress(new ByteArrayInputStream(compressed)).readAllBytes();
  }

  private static byte[] random(int bytes) {
    SeededRandomness randomness = new SeededRandomness(bytes);
    byte[] random = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      random[i] = (byte) randomness.nextInt(256);
    }
    return random;
  }

  @Test
  void whatWasCompressedIsReadFrameByFrame() throws IOException {
    for (int bytes : new int[] {0, 1, 255, 100_000, 3 << 20}) {
      assertThat(read(compressed(new byte[bytes]))).isEqualTo(new byte[bytes]);
      assertThat(read(compressed(random(bytes)))).isEqualTo(random(bytes));
    }
    assertThat(read(compressed(new byte[] {1, 2}, new byte[0], new byte[] {3})))
        .containsExactly(1, 2, 3);
  }

  @Test
  void bytesAreToldAsTheyWereAndAsTheyAreSent() throws IOException {
    int after = compressed(new byte[100_000]).length;
    assertThat(after).isLessThan(1_000);
    assertThat(told).containsExactly("100000 " + after);
  }

  @Test
  void aSmallFrameIsSentAsItIs() {
    assertThat(compressor.takes(FrameCompressor.BYTES_MIN - 1)).isFalse();
    assertThat(compressor.takes(FrameCompressor.BYTES_MIN)).isTrue();
  }

  @Test
  void afterAFrameThatHardlyGotSmallerOthersAreSentAsTheyAreForAWhile() throws IOException {
    byte[] unused = compressed(random(10_000));
    for (int i = 0; i < FrameCompressor.RESTED_FRAMES; i++) {
      assertThat(compressor.takes(1)).as("small ones do not count").isFalse();
      assertThat(compressor.takes(10_000)).isFalse();
    }
    assertThat(compressor.takes(10_000)).isTrue();

    assertThat(compressed(new byte[10_000])).hasSizeLessThan(1_000);
    assertThat(compressor.takes(10_000)).isTrue();
  }
}
