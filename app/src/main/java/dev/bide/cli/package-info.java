/**
 * The command line: one file per verb, each a client of the HTTP API like any other program. Never
 * touches the database, the lock or a job's processes.
 */
@NullMarked
package dev.bide.cli;

import org.jspecify.annotations.NullMarked;
