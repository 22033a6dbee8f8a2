/**
 * A server that can be told to die at a named step, made of the product's own pieces: decorators of
 * the contracts {@code Store} and {@code Runner}, and the main that puts them around. Nothing of
 * this is in the product.
 */
@NullMarked
package dev.bide.checks.failpoints;

import org.jspecify.annotations.NullMarked;
