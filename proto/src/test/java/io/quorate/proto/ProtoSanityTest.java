package io.quorate.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.quorate.proto.internal.PeeringOuterClass;
import io.quorate.proto.v1.AccessOuterClass;
import io.quorate.proto.v1.AdminOuterClass;
import io.quorate.proto.v1.BackupOuterClass;
import io.quorate.proto.v1.Common;
import io.quorate.proto.v1.KeyValueOuterClass;
import io.quorate.proto.v1.LocksOuterClass;
import io.quorate.proto.v1.MaintenanceOuterClass;
import io.quorate.proto.v1.PlacementOuterClass;
import io.quorate.proto.v1.TenantOuterClass;
import io.quorate.proto.v1.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The wire contracts follow the usual rules of their trade, so that they can grow for years. */
class ProtoSanityTest {
  private static final Path SOURCES = Path.of("src/main/proto");
  private static final List<FileDescriptor> FILES =
      List.of(
          Common.getDescriptor(),
          KeyValueOuterClass.getDescriptor(),
          LocksOuterClass.getDescriptor(),
          PlacementOuterClass.getDescriptor(),
          TenantOuterClass.getDescriptor(),
          AdminOuterClass.getDescriptor(),
          MaintenanceOuterClass.getDescriptor(),
          Topology.getDescriptor(),
          AccessOuterClass.getDescriptor(),
          BackupOuterClass.getDescriptor(),
          PeeringOuterClass.getDescriptor());

  private static final Pattern SNAKE = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");
  private static final Pattern CAMEL = Pattern.compile("([A-Z][a-z0-9]+)+");

  /** Lines that declare something a reader has to be told about. */
  private static final Pattern DECLARATION =
      Pattern.compile(
          "(message|enum|service|rpc|oneof|repeated|optional|reserved) .*"
              + "|[\\w.]+ \\w+ = \\d+;"
              + "|[A-Z_]+ = \\d+;");

  @Test
  void everyFileIsHere() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      assertThat(files.filter(file -> file.toString().endsWith(".proto"))).hasSameSizeAs(FILES);
    }
  }

  @Test
  void everythingDeclaredIsExplained() throws IOException {
    List<String> unexplained = new ArrayList<>();
    for (FileDescriptor file : FILES) {
      List<String> lines = Files.readAllLines(SOURCES.resolve(file.getName()));
      for (int i = 1; i < lines.size(); i++) {
        String line = lines.get(i).strip();
        boolean declares = DECLARATION.matcher(line).matches() && !line.startsWith("option ");
        if (declares && !lines.get(i - 1).strip().startsWith("//")) {
          unexplained.add(file.getName() + ":" + (i + 1) + " " + line);
        }
      }
    }
    assertThat(unexplained).isEmpty();
  }

  @Test
  void everyFileBeginsBySayingWhatItIsFor() throws IOException {
    for (FileDescriptor file : FILES) {
      assertThat(Files.readAllLines(SOURCES.resolve(file.getName())).get(0)).startsWith("// ");
    }
    assertThat(Files.readString(SOURCES.resolve("quorate/v1/common.proto")))
        .contains("Compatibility:");
  }

  @Test
  void packagesMatchDirectories() {
    for (FileDescriptor file : FILES) {
      assertThat(file.getName()).startsWith(file.getPackage().replace('.', '/') + "/");
    }
  }

  @Test
  void namesAreInTheUsualCase() {
    for (FileDescriptor file : FILES) {
      file.getMessageTypes().forEach(ProtoSanityTest::checkMessage);
      file.getEnumTypes().forEach(ProtoSanityTest::checkEnum);
      file.getServices()
          .forEach(
              service ->
                  service
                      .getMethods()
                      .forEach(
                          method -> {
                            assertThat(method.getName()).matches(CAMEL);
                            if (file.getPackage().equals("quorate.v1")) {
                              assertThat(method.getInputType().getName())
                                  .isEqualTo(method.getName() + "Request");
                              assertThat(method.getOutputType().getName())
                                  .isEqualTo(method.getName() + "Response");
                            }
                          }));
    }
  }

  private static void checkMessage(Descriptor message) {
    assertThat(message.getName()).matches(CAMEL);
    for (FieldDescriptor field : message.getFields()) {
      assertThat(field.getName()).as(message.getFullName()).matches(SNAKE);
    }
    message.getNestedTypes().forEach(ProtoSanityTest::checkMessage);
    message.getEnumTypes().forEach(ProtoSanityTest::checkEnum);
  }

  private static void checkEnum(EnumDescriptor type) {
    assertThat(type.getName()).matches(CAMEL);
    String words = type.getName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_");
    String prefix = words.toUpperCase(Locale.ROOT) + "_";
    assertThat(type.getValues().get(0).getName()).isEqualTo(prefix + "UNSPECIFIED");
    type.getValues().forEach(value -> assertThat(value.getName()).startsWith(prefix));
  }
}
