/**
 * Attempts as ordinary local processes that outlive the server. The only room that knows pids,
 * signals, shells and run directories.
 */
@NullMarked
package dev.bide.runner.process;

import org.jspecify.annotations.NullMarked;
