package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.ExitCode;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Operation;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reads and writes under the token of a lock, as a user types them. */
final class FencedCommandsTest {
  private static final long STALE = 6;

  private final List<Long> tokens = new CopyOnWriteArrayList<>();
  private final FakeCluster cluster = new FakeCluster();

  FencedCommandsTest() {
    cluster.fail(
        operation -> {
          long token = token(operation);
          tokens.add(token);
          return token == STALE
              ? Failure.newBuilder()
                  .setReason(Failure.Reason.REASON_FENCED)
                  .setMessage("token 6 is stale")
                  .setFence(7)
                  .build()
              : null;
        });
  }

  private static long token(Operation operation) {
    return switch (operation.getOperationCase()) {
      case PUT -> operation.getPut().getFenceToken();
      case GET -> operation.getGet().getFenceToken();
      case DELETE -> operation.getDelete().getFenceToken();
      case INCREMENT -> operation.getIncrement().getFenceToken();
      case UPDATE_FIELDS -> operation.getUpdateFields().getFenceToken();
      case UPDATE, OPERATION_NOT_SET -> -1;
    };
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private Ran run(String... args) {
    return Ran.at(cluster.endpoint(), args);
  }

  @Test
  void theTokenGoesWithEachCommand() {
    assertThat(run("put", "job", "a", "--fenced-by", "7").exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(run("get", "job", "--fenced-by", "8").out()).contains("a");
    run("cas", "job", "--expect", "a", "--put", "b", "--fenced-by", "9");
    run("delete", "job", "--fenced-by", "10");
    run("put", "job", "c");
    run("increment", "runs", "--fenced-by", "11");
    run("fields", "set", "state", "a=b", "--fenced-by", "12");
    run("fields", "get", "state", "--fenced-by", "13");

    assertThat(tokens).containsExactly(7L, 8L, 9L, 10L, 0L, 11L, 12L, 13L);
  }

  @Test
  void aStaleOneFails() {
    Ran stale = run("put", "job", "a", "--fenced-by", "6");
    assertThat(stale.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(stale.err()).contains("token 6 is stale");
    assertThat(run("get", "job").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void noTokenIsBelowOne() {
    assertThat(run("put", "job", "a", "--fenced-by", "-1").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(tokens).isEmpty();
  }
}
