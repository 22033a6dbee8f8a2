/**
 * The JSON of the HTTP API, written and read by the same records on both sides. No HTTP and no
 * files live here; it must load fast, since every command of the command line pays for it.
 */
@NullMarked
package dev.bide.api;

import org.jspecify.annotations.NullMarked;
