/**
 * What somebody uses who has just cloned the repository: the start script, the examples and every
 * command line of the guide, run as that person would run them. Nothing here looks inside.
 */
@NullMarked
package dev.bide.checks.clone;

import org.jspecify.annotations.NullMarked;
