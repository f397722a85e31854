package io.quorate.cli.backup.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class S3AddressTest {
  @Test
  void addressIsABucketAndAPrefix() {
    assertThat(S3Address.of("s3://b-1/x/y/")).isEqualTo(new S3Address("b-1", "x/y"));
    assertThat(S3Address.of("s3://b-1")).isEqualTo(new S3Address("b-1", ""));
    assertThat(S3Address.of("s3://b-1/").below("n").toString()).isEqualTo("s3://b-1/n");
    assertThat(S3Address.of("s3://b-1/x").below("n").key("f")).isEqualTo("x/n/f");
    for (String wrong : List.of("s3://", "s3:///x", "s3://b-1//x", "s3://b-1/../x", "s3://b 1/x")) {
      assertThatThrownBy(() -> S3Address.of(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
