/**
 * The benchmarks behind {@code ./bench}: whole processes measured from outside, next to peers in
 * the same run, and the library inside by JMH. Nothing here asserts a time; what is measured goes
 * into docs/performance.md.
 */
@NullMarked
package dev.bide.checks.bench;

import org.jspecify.annotations.NullMarked;
