package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.fake.FakeCluster;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Codecs stand between values of the application and bytes, and lose neither. */
class TypedKeyValueTest {
  /** Numbers in decimal digits. */
  private static final Codec<Integer> NUMBERS =
      new Codec<>() {
        @Override
        public byte[] encode(Integer value) {
          return Codec.utf8().encode(value.toString());
        }

        @Override
        public Integer decode(byte[] bytes) {
          return Integer.valueOf(Codec.utf8().decode(bytes));
        }
      };

  private final FakeCluster cluster = new FakeCluster(1);
  private final QuorateClient client = cluster.client();
  private final TypedKeyValue<String, Integer> numbers =
      client.keyValue("default", Codec.utf8(), NUMBERS);

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  @Test
  void valuesComeBackAsTheyWere() {
    Version stored = numbers.put("n", 7).version();
    assertThat(numbers.get("n").value()).hasValue(7);
    assertThat(numbers.get("n").result().version()).isGreaterThan(stored);
    assertThat(client.keyValue().get("n").text()).isEqualTo("7");
    numbers.delete("n");
    assertThat(numbers.get("n").value()).isEmpty();
    AsyncTypedKeyValue<String, byte[]> bytes =
        client.asyncKeyValue("default", Codec.utf8(), Codec.bytes());
    bytes.put("b", new byte[] {(byte) 0xFF}).join();
    assertThat(bytes.get("b").join().value()).hasValue(new byte[] {(byte) 0xFF});
  }

  @Test
  void tenantIsThatOfTheFaceUnlessOptionsSayAnother() {
    TypedKeyValue<String, Integer> others = client.keyValue("others", Codec.utf8(), NUMBERS);
    others.put("n", 1, WriteOptions.DEFAULT.timeout(Duration.ofSeconds(5)));
    others.get("n", ReadOptions.DEFAULT.tenant("third"));
    assertThat(cluster.nodes.get(0).operations())
        .extracting(each -> each.hasPut() ? each.getPut().getTenant() : each.getGet().getTenant())
        .containsExactly("others", "third");
  }

  @Test
  void bytesThatAreNoValueAreToldWithWhatWasRead() {
    client.keyValue().put("n", "seven");
    assertThatThrownBy(() -> numbers.get("n"))
        .isInstanceOf(DecodingException.class)
        .hasMessageContaining("was read")
        .satisfies(
            failed -> assertThat(((DecodingException) failed).result().text()).isEqualTo("seven"));
    assertThatThrownBy(() -> client.asyncKeyValue("default", Codec.utf8(), NUMBERS).get("n").join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(DecodingException.class);
    client.keyValue().put(Codec.utf8().encode("n"), new byte[] {(byte) 0xC3});
    assertThatThrownBy(() -> client.keyValue("default", Codec.utf8(), Codec.utf8()).get("n"))
        .isInstanceOf(DecodingException.class)
        .hasMessageContaining("not UTF-8");
  }
}
