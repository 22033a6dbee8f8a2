/**
 * The fault harness and the benchmarks: they start the program from outside and believe only what
 * the command line, the API, a ledger of their own and the process table say. Never published.
 */
@NullMarked
package dev.bide.checks;

import org.jspecify.annotations.NullMarked;
