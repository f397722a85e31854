package io.quorate.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class a cluster of real nodes in this process: see {@link QuorateExtension}.
 *
 * <pre>{@code
 * @QuorateTest(nodes = 3, tenants = "orders", settings = "limits.max_value_bytes=64KiB")
 * class OrdersTest {
 *   @Test
 *   void ordersSurviveTheLossOfANode(QuorateCluster cluster, QuorateClient client) {
 *     ...
 *   }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(QuorateExtension.class)
public @interface QuorateTest {
  /** Number of nodes, from 1 to 32. */
  int nodes() default 3;

  /** Names of tenants to create, with the cluster's defaults. */
  String[] tenants() default {};

  /**
   * Settings of all nodes, each as {@code name=value}: see {@link QuorateCluster.Builder#setting}.
   */
  String[] settings() default {};

  /** Whether the tests of the class share a cluster. */
  Lifetime lifetime() default Lifetime.CLASS;
}
