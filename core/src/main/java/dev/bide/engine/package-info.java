/**
 * The one owner of all transitions of jobs. Decides on one thread, commits in groups, and acts only
 * after the commit; knows no SQL and no process.
 */
@NullMarked
package dev.bide.engine;

import org.jspecify.annotations.NullMarked;
