/** What is kept of jobs that have ended, and what goes first. Decides; removes nothing. */
@NullMarked
package dev.bide.retention;

import org.jspecify.annotations.NullMarked;
