/**
 * Requests that are wrong in every way, made from the OpenAPI document, and what must become of
 * them.
 */
@NullMarked
package dev.bide.checks.malformed;

import org.jspecify.annotations.NullMarked;
