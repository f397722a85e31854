package io.quorate.cli.command;

import io.quorate.cli.output.Output;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.AsyncNodeMaintenance;
import io.quorate.client.admin.NodeView;
import io.quorate.model.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks every member of the cluster the same, all at once. */
public final class EachNode {
  private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{16}");

  private EachNode() {}

  /**
   * What one member said.
   *
   * @param value null if it could not be asked
   * @param failure why; null if it could
   * @param told the same, as the client has it
   */
  public record Answer<T>(
      NodeView node, @Nullable T value, @Nullable String failure, @Nullable QuorateException told) {
    /** Whether the user may not ask it. */
    public boolean denied() {
      return told instanceof PermissionDeniedException;
    }
  }

  /**
   * The nodes that a command is about.
   *
   * @param node id, address or name of the only one; null for all
   */
  public static List<NodeView> named(
      QuorateClient client, ClusterOptions cluster, @Nullable String node) {
    List<NodeView> all = Administration.of(client).cluster().status().nodes();
    if (node == null) {
      return all;
    }
    List<NodeView> named = all.stream().filter(each -> isNamed(each, node)).toList();
    if (named.isEmpty()) {
      throw cluster.usage("no node of the cluster has the id, address or name " + Quoted.of(node));
    }
    if (named.size() > 1) {
      throw cluster.usage(
          "%d nodes have the name %s: give the id of one".formatted(named.size(), Quoted.of(node)));
    }
    return named;
  }

  private static boolean isNamed(NodeView node, String text) {
    return !text.isEmpty()
        && (node.id().equals(text) || node.address().equals(text) || node.name().equals(text));
  }

  /** The only node of an id, an address or a name. */
  public static NodeView one(QuorateClient client, ClusterOptions cluster, String node) {
    return named(client, cluster, node).getFirst();
  }

  /**
   * Returns the id of a node that others may hold something for. An id is taken as it is: it may be
   * that of a node that is no member any more.
   */
  public static String idOf(QuorateClient client, ClusterOptions cluster, String node) {
    return ID.matcher(node).matches() ? node : one(client, cluster, node).id();
  }

  public static <T> List<Answer<T>> ask(
      QuorateClient client, Function<AsyncNodeMaintenance, CompletableFuture<T>> question) {
    return ask(client, Administration.of(client).cluster().status().nodes(), question);
  }

  public static <T> List<Answer<T>> ask(
      QuorateClient client,
      List<NodeView> nodes,
      Function<AsyncNodeMaintenance, CompletableFuture<T>> question) {
    List<CompletableFuture<T>> asked = new ArrayList<>();
    for (NodeView node : nodes) {
      asked.add(question.apply(Administration.of(client).asyncMaintenance(node.address())));
    }
    List<Answer<T>> answers = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      answers.add(await(nodes.get(i), asked.get(i)));
    }
    return answers;
  }

  public static <T> Answer<T> await(NodeView node, CompletableFuture<T> asked) {
    try {
      return new Answer<>(node, asked.join(), null, null);
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof QuorateException told) {
        String why =
            told instanceof PermissionDeniedException
                ? FailureKind.denial(told)
                : String.valueOf(told.getMessage());
        return new Answer<>(node, null, why, told);
      }
      throw failed;
    }
  }

  /** Names the nodes that could not be asked; gives the exit code. */
  public static int report(List<? extends Answer<?>> answers, Output output) {
    int exitCode = ExitCode.DONE;
    for (Answer<?> answer : answers) {
      if (answer.failure() != null) {
        output.note(
            "quorate: node %s at %s could not be asked: %s"
                .formatted(NodeText.of(answer.node()), answer.node().address(), answer.failure()));
        exitCode = ExitCode.UNAVAILABLE;
      }
    }
    return answers.stream().anyMatch(EachNode::wasTurnedAway) ? ExitCode.DENIED : exitCode;
  }

  /** Whether the user may not ask it, or TLS keeps this program from it. */
  private static boolean wasTurnedAway(Answer<?> answer) {
    return answer.told() != null && FailureKind.exitCode(answer.told()) == ExitCode.DENIED;
  }

  /** How the nodes that were asked are called. */
  public static NodeText names(List<? extends Answer<?>> answers) {
    return NodeText.of(answers.stream().map(Answer::node).toList());
  }

  /** The nodes that could not be asked, for programs. */
  public static List<Map<String, Object>> notAsked(List<? extends Answer<?>> answers) {
    List<Map<String, Object>> failed = new ArrayList<>();
    for (Answer<?> answer : answers) {
      if (answer.failure() != null) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("node", answer.node().id());
        object.put("name", answer.node().name());
        object.put("address", answer.node().address());
        object.put("reason", answer.failure());
        failed.add(object);
      }
    }
    return failed;
  }
}
