/**
 * Tests of the Helm chart: Helm itself renders it, what is rendered is read as Kubernetes reads it,
 * and what a pod would be given is read by the code of the node.
 *
 * <p>Start at {@link io.quorate.chart.Chart}, and {@link io.quorate.chart.Pod}.
 */
@NullMarked
package io.quorate.chart;

import org.jspecify.annotations.NullMarked;
