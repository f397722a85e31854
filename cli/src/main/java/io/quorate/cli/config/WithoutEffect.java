package io.quorate.cli.config;

import io.quorate.node.config.ConfigProblem;
import io.quorate.node.config.SettingInForce;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Finds settings that are given and do nothing, since another setting turns off what they are for.
 */
final class WithoutEffect {
  private static final List<Rule> RULES =
      List.of(
          new Rule(
              "tls.revoked", "tls.mode", "off", "tls.mode is off: no certificate is looked at"),
          new Rule("jwt.algorithms", "jwt.issuer", "", "jwt.issuer is not set: no token is taken"),
          new Rule("jwt.user_claim", "jwt.issuer", "", "jwt.issuer is not set: no token is taken"),
          new Rule("http.metrics", "http.listen", "off", "http.listen is off: no meter is shown"));

  /** That a setting does nothing while another one has this value. */
  private record Rule(String setting, String other, String value, String why) {}

  private WithoutEffect() {}

  /** Returns a warning for each. */
  static List<ConfigProblem> of(Map<String, SettingInForce> settings) {
    return RULES.stream()
        .filter(
            rule ->
                Objects.requireNonNull(settings.get(rule.setting)).changed()
                    && Objects.requireNonNull(settings.get(rule.other)).value().equals(rule.value))
        .map(
            rule ->
                new ConfigProblem(
                    Objects.requireNonNull(settings.get(rule.setting)).place(),
                    rule.setting + " has no effect, since " + rule.why))
        .toList();
  }
}
