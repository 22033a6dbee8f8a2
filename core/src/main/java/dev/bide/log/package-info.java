/** Reading what jobs wrote, as bytes in files. Never writes a log and never knows who asked. */
@NullMarked
package dev.bide.log;

import org.jspecify.annotations.NullMarked;
