/**
 * What somebody wants to be told, and where: pure values and their words. Nothing is sent here, no
 * address is looked up.
 */
@NullMarked
package dev.bide.notice;

import org.jspecify.annotations.NullMarked;
