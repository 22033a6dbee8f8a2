/**
 * What a job is: immutable values that every other room speaks of. No input or output, no clock and
 * no thread lives here.
 */
@NullMarked
package dev.bide.job;

import org.jspecify.annotations.NullMarked;
