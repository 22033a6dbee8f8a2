/**
 * The command line, tested piece by piece, in this process against a real server, and as processes
 * of their own. No test leaves a server behind.
 */
@NullMarked
package dev.bide.cli;

import org.jspecify.annotations.NullMarked;
