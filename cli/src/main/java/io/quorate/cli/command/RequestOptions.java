package io.quorate.cli.command;

import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.admin.TopologyChangeOptions;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** By what id a request is known that changes the cluster, so that it can be repeated. */
public final class RequestOptions {
  @Option(
      names = "--request-id",
      paramLabel = "UUID",
      converter = RequestIds.class,
      description =
          "Id of the request. A command whose outcome is not known names it: repeat the command"
              + " with it, and all else as before, and the request takes effect at most once,"
              + " whichever node is asked. A script may give an id of its own from the first time"
              + " on. Default: a new one each time")
  private @Nullable UUID given;

  private @Nullable UUID drawn;

  /** Whether the request may be one that was made before. */
  public boolean isGiven() {
    return given != null;
  }

  /** The id of the request, the same at each call. */
  public UUID id() {
    if (given != null) {
      return given;
    }
    if (drawn == null) {
      drawn = UUID.randomUUID();
    }
    return drawn;
  }

  /** Returns the options of a request under this id. */
  public TopologyChangeOptions options() {
    return TopologyChangeOptions.DEFAULT.requestId(id());
  }

  /** Makes a request under this id. */
  public <T> T make(Function<RequestOptions, T> request) {
    return make("", "", request);
  }

  /**
   * Makes a request under this id. If its outcome is not known, the failure tells with which
   * options the command is repeated.
   *
   * @param before options that the command was not given, and needs when it is repeated
   * @param after the same, named after the id
   */
  public <T> T make(String before, String after, Function<RequestOptions, T> request) {
    try {
      return request.apply(this);
    } catch (OutcomeUnknownException unknown) {
      throw new RepeatableException(unknown, id(), before + "--request-id " + id() + after);
    }
  }
}
