/**
 * Reading what jobs wrote, as bytes in files. Never writes a log and never knows who asked; rests
 * on no other room, so that the runner and the server may both use it.
 */
@NullMarked
package dev.bide.log;

import org.jspecify.annotations.NullMarked;
