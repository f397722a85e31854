package io.quorate.transport.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import java.util.List;

/** What is encoded by hand has no field that the generated classes do not know. */
public final class KnownFields {
  private KnownFields() {}

  public static void assertNothingUnknown(Message message) {
    assertThat(message.getUnknownFields().asMap()).isEmpty();
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (value instanceof Message nested) {
                assertNothingUnknown(nested);
              } else if (value instanceof List<?> list) {
                for (Object element : list) {
                  if (element instanceof Message nested) {
                    assertNothingUnknown(nested);
                  }
                }
              }
            });
  }
}
