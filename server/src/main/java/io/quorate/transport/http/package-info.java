/**
 * The HTTP side of a node, for Prometheus and for health checks: {@code /metrics}, {@code
 * /health/live}, {@code /health/ready}, {@code /health/whole}. On a thread of its own, so that a
 * scrape never delays a request.
 */
@NullMarked
package io.quorate.transport.http;

import org.jspecify.annotations.NullMarked;
