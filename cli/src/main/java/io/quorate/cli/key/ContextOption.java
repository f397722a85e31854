package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.Context;
import io.quorate.client.SiblingWriteResult;
import io.quorate.client.WriteResult;
import io.quorate.client.WrongModelException;
import io.quorate.model.Quoted;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which siblings a put or delete takes the place of. */
final class ContextOption {
  @Option(
      names = "--context",
      paramLabel = "TEXT",
      converter = Converter.class,
      description =
          "In a tenant with model SIBLINGS: the context that quorate get printed, or an earlier"
              + " put. Siblings that it does not have stay")
  private @Nullable Context given;

  static final class Converter implements ITypeConverter<Context> {
    @Override
    public Context convert(String text) {
      try {
        return Context.parse(text);
      } catch (IllegalArgumentException none) {
        throw new TypeConversionException("'" + text + "': " + none.getMessage());
      }
    }
  }

  boolean isGiven() {
    return given != null;
  }

  /**
   * Writes in the way that suits the model of the tenant.
   *
   * @param plain for keys that have one value; what it refuses for the model was not applied
   * @param siblings for keys with siblings, of which the context has some
   */
  Written write(
      ClusterOptions cluster,
      Supplier<WriteResult> plain,
      Function<Context, SiblingWriteResult> siblings) {
    if (given == null) {
      try {
        return Written.of(plain.get());
      } catch (WrongModelException hasSiblings) {
        return orAdvice(cluster, () -> Written.of(siblings.apply(Context.NONE)));
      }
    }
    try {
      return Written.of(siblings.apply(given));
    } catch (WrongModelException hasNone) {
      if (!hasNone.model().equals("LAST_WRITE_WINS")) {
        throw ModelAdvice.failure(cluster.tenant(), hasNone);
      }
      throw new CommandFailedException(
          ExitCode.FAILED,
          "tenant "
              + Quoted.of(cluster.tenant())
              + " has model LAST_WRITE_WINS, so that its keys have no contexts: leave --context"
              + " out, or name a tenant with model SIBLINGS by --tenant");
    }
  }

  private static Written orAdvice(ClusterOptions cluster, Supplier<Written> write) {
    try {
      return write.get();
    } catch (WrongModelException wrong) {
      throw ModelAdvice.failure(cluster.tenant(), wrong);
    }
  }
}
