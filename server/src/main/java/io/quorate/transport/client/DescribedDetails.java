package io.quorate.transport.client;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.rpc.ErrorDetailsProto;
import com.google.rpc.StatusProto;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file of a service as server reflection tells it: it also imports the types that the details
 * of failures are of. These travel inside of {@code google.protobuf.Any}, so that none of our files
 * names them; without the import, tools that decode by reflection show them as bytes. It is not in
 * the file itself, which others compile, most of them without Google's files at hand.
 */
final class DescribedDetails implements ProtoFileDescriptorSupplier {
  private final ProtoFileDescriptorSupplier schema;
  private @Nullable FileDescriptor file;

  /**
   * @param schema of a generated service
   */
  DescribedDetails(Object schema) {
    this.schema = (ProtoFileDescriptorSupplier) schema;
  }

  /** Built when it is first asked for: most nodes never are, and it takes time of their start. */
  @Override
  public synchronized FileDescriptor getFileDescriptor() {
    if (file == null) {
      file = described(schema.getFileDescriptor());
    }
    return file;
  }

  private static FileDescriptor described(FileDescriptor generated) {
    FileDescriptorProto.Builder described = generated.toProto().toBuilder();
    List<FileDescriptor> imports = new ArrayList<>(generated.getDependencies());
    for (FileDescriptor detail :
        List.of(StatusProto.getDescriptor(), ErrorDetailsProto.getDescriptor())) {
      described.addDependency(detail.getName());
      imports.add(detail);
    }
    try {
      return FileDescriptor.buildFrom(described.build(), imports.toArray(FileDescriptor[]::new));
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException("the file of a generated service cannot be described", e);
    }
  }
}
